"""Words of what customers say: once an answer, no stop words, content against others."""

from __future__ import annotations

import pytest

from lib.satisfaction.verbatims import frequencies, words_in

STOP = {"的", "我们", "希望", "非常"}


@pytest.mark.parametrize(("text", "said"), [
    ("排队时间太长，排队！", {"排队", "时间"}),
    ("客户经理非常专业", {"客户经理", "专业"}),
    ("", set()),
    ("  ，。！123 45% ", set()),
    ("ＡＰＰ 转账方便", {"app", "转账", "方便"}),
    ("希望我们的", set()),
    ("好", set()),
])  # fmt: skip
def test_the_words_of_a_text(text: str, said: set[str]) -> None:
    assert words_in(text, STOP) == said


def test_a_word_counts_once_an_answer_and_by_content() -> None:
    told = [("排队排队排队", False), ("排队太久", False), ("服务专业", True), ("专业", True), ("排队还行", True)]
    found = {word.text: word for word in frequencies(told, STOP, least=1)}
    assert (found["排队"].answers, found["排队"].content, found["排队"].others) == (3, 1, 2)
    assert found["排队"].of_content is not None and found["排队"].of_content.value == pytest.approx(1 / 3)
    assert found["排队"].of_others is not None and found["排队"].of_others.value == 1
    assert found["专业"].others == 0
    assert next(iter(found)) == "排队"


def test_rare_words_are_left_out_and_few_answers_tell_nothing() -> None:
    told = [("排队太久", False), ("排队", True), ("环境好", True)]
    found = frequencies(told, STOP, least=2)
    assert [word.text for word in found] == ["排队"] and not found[0].telling


def test_a_word_of_the_others_alone_is_telling() -> None:
    told = [("排队太久", False)] * 30 + [("服务专业", True)] * 30
    found = {word.text: word for word in frequencies(told, STOP)}
    assert found["排队"].telling and found["专业"].telling


def test_where_nobody_is_discontent_there_is_no_share_of_them() -> None:
    (word, *_more) = frequencies([("环境舒适", True)] * 3, STOP)
    assert word.of_others is None and not word.telling
