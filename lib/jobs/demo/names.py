"""Invented names of persons and firms, addresses and employers, drawn from data/demo/names.toml."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from lib.jobs.demo.plan import Array, material, pick


def person_names(rng: np.random.Generator, genders: Array, born: Array) -> list[str]:
    """Full names: surnames by their share of the population, given names by gender and year of birth."""
    surnames, weights = _surnames()
    first = pick(rng, surnames, len(genders), weights)
    second = np.empty(len(genders), dtype=object)
    lower = 0
    for era in material("names")["given"]:
        for gender in ("M", "F"):
            fits = (born >= lower) & (born < era["before"]) & (genders == gender)
            second[fits] = pick(rng, era[gender].split(), int(fits.sum()))
        lower = era["before"]
    return [family + given for family, given in zip(first, second, strict=True)]


def firm_names(rng: np.random.Generator, industries: Array) -> list[str]:
    """Names of firms: place, word, line of business, legal form."""
    said = material("names")["firm"]
    size = len(industries)
    places = pick(rng, said["places"].split(), size)
    words, more = pick(rng, said["words"].split(), size), pick(rng, said["words"].split(), size)
    endings = pick(rng, said["endings"].split(), size)
    lines = _chosen(rng, [said["lines"][industry].split() for industry in industries])
    # The first two characters of a second word make two firms of one name rare.
    return [f"{p}{w}{m[:1]}{line}{end}" for p, w, m, line, end in zip(places, words, more, lines, endings, strict=True)]


def addresses(rng: np.random.Generator, size: int, homes: bool) -> list[str]:
    """Addresses in the bank's city: a flat for a person, an office for a firm."""
    said = material("names")["place"]
    area, road = pick(rng, said["districts"].split(), size), pick(rng, said["roads"].split(), size)
    estate = pick(rng, said["estates"].split(), size)
    number, house, floor, door = (rng.integers(1, top, size) for top in (999, 30, 25, 5))
    tails = zip(estate, house, floor, door, strict=True)
    ends = [f"{e}{h}幢{f}0{d}室" if homes else f"{f}层" for e, h, f, d in tails]
    return [f"{said['city']}{a}{r}{n}号{end}" for a, r, n, end in zip(area, road, number, ends, strict=True)]


def occupations(rng: np.random.Generator, ages: Array, salaried: Array, women: Array) -> Array:
    """An occupation that fits age and whether a salary comes in."""
    said = material("names")["work"]
    size = len(ages)
    found = pick(rng, said["independent"].split(), size)
    home = rng.random(size) < np.where(women, 0.25, 0.0)
    for fits, family in (
        (home, "home"),
        (salaried, "salaried"),
        (~salaried & (ages >= 58), "retired"),
        (~salaried & (ages < 23), "young"),
    ):
        found[fits] = pick(rng, said[family].split(), int(fits.sum()))
    return found


def employers(rng: np.random.Generator, salaried: Array) -> Array:
    """An employer for those with a salary, None for the others."""
    found = np.full(len(salaried), None, dtype=object)
    found[salaried] = pick(rng, material("names")["work"]["employers"].split(), int(salaried.sum()))
    return found


@lru_cache(maxsize=1)
def _surnames() -> tuple[list[str], list[int]]:
    parts = re.findall(r"(\D+?)(\d+)", material("names")["surnames"].replace(" ", ""))
    return [name for name, _weight in parts], [int(weight) for _name, weight in parts]


def _chosen(rng: np.random.Generator, lists: list[list[str]]) -> list[str]:
    draws = rng.random(len(lists))
    return [options[int(draw * len(options))] for options, draw in zip(lists, draws, strict=True)]
