// Streamlit's own interface words in Chinese: exact texts and a few patterns, in text, hints and labels.
(() => {
  const words = {
    "Choose an option": "请选择",
    "Choose options": "请选择（可多选）",
    "Choose or add an option": "请选择或填写",
    "Choose or add options": "请选择或填写（可多选）",
    "Add an option": "请填写",
    "Add options": "请填写（可多项）",
    "No options to select": "没有可选项",
    "No options to select.": "没有可选项。",
    "No results": "没有匹配项",
    "Select all": "全选",
    "Clear all": "全部清除",
    "Clear value": "清除",
    "Clear entry": "清除",
    "Clear selection": "取消选择",
    "Clear date": "清除日期",
    "Clear dates": "清除日期",
    "Choose date": "选择日期",
    "Choose date range": "选择日期范围",
    "Quick select a date range": "快速选择日期范围",
    "Open": "展开",
    "Increment": "增加",
    "Decrement": "减少",
    "Press Enter to apply": "按回车应用",
    "Press Enter to submit form": "按回车提交",
    "Press Ctrl+Enter to apply": "按 Ctrl+回车应用",
    "Press Ctrl+Enter to submit form": "按 Ctrl+回车提交",
    "Press ⌘+Enter to apply": "按 ⌘+回车应用",
    "Press ⌘+Enter to submit form": "按 ⌘+回车提交",
    "This field is required.": "此项必填。",
    "Upload": "上传",
    "Add files": "添加文件",
    "Drag and drop a file here": "把文件拖到这里",
    "Drag and drop files here": "把文件拖到这里",
    "Previous page": "上一页",
    "Next page": "下一页",
    "Pagination": "分页",
    "Fullscreen": "全屏",
    "Close fullscreen": "退出全屏",
    "Search": "搜索",
    "Show/hide columns": "显示或隐藏列",
    "Download as CSV": "下载 CSV",
    "Sort ascending": "升序",
    "Sort descending": "降序",
    "Autosize": "自动列宽",
    "Pin column": "固定列",
    "Unpin column": "取消固定",
    "Hide column": "隐藏列",
    "Format": "格式",
    "Automatic": "自动",
    "Localized": "本地格式",
    "Plain": "原样",
    "Compact": "紧凑",
    "Percent": "百分比",
    "Scientific": "科学计数",
    "Accounting": "会计格式",
    "Copy": "复制",
    "Copy to clipboard": "复制到剪贴板",
    "Main menu": "菜单",
    "Skip to main content": "跳到正文",
    "Sidebar": "侧栏",
    "App pages": "页面",
    "Rerun": "刷新本页",
    "Settings": "设置",
    "Print": "打印",
    "Record a screencast": "录制屏幕",
    "Clear cache": "清空缓存",
    "Theme": "配色",
    "System": "跟随系统",
    "Light": "浅色",
    "Dark": "深色",
    "Stop": "停止",
    "Running...": "正在处理…",
    "Please wait...": "请稍候…",
    "Connecting": "正在连接",
    "Connecting to Streamlit server": "正在连接服务器",
    "Connection error": "连接中断",
    "Collapse sidebar": "收起菜单",
    "Expand sidebar": "展开菜单",
    "View less": "收起",
    "Close": "关闭",
    "Cancel": "取消",
    "Page not found": "没有这个页面",
  };
  const patterns = [
    [/^(Fullscreen|Search|Show\/hide columns|Download as CSV): (.+)$/, (m) => `${words[m[1]]}：${m[2]}`],
    [/^Help for (.+)$/, (m) => `${m[1]}的说明`],
    [/^(\S+) per file(?: • (.*))?$/, (m) => `每个文件不超过 ${m[1]}` + (m[2] ? ` · ${m[2]}` : "")],
    [/^View (\d+) more$/, (m) => `再显示 ${m[1]} 项`],
  ];
  const attributes = ["placeholder", "aria-label", "title"];

  const translated = (text) => {
    const said = text.trim();
    if (!said) return null;
    if (Object.hasOwn(words, said)) return text.replace(said, words[said]);
    for (const [pattern, make] of patterns) {
      const found = said.match(pattern);
      if (found) return make(found);
    }
    return null;
  };

  // What came from data stays as it is: a customer may be called "Open".
  const data = '[data-testid="stText"], [data-testid="stMarkdownContainer"], [data-testid="stTable"], textarea, input';

  const own = '[data-testid="stFileUploader"], [data-testid="stMainMenuPopover"]';

  const speak = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const parent = node.parentElement;
      if (!parent || parent.closest("script, style, canvas")) return;
      if (parent.closest(data) && !parent.closest(own)) return;
      const text = translated(node.data);
      if (text !== null) node.data = text;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of attributes) {
      const value = node.getAttribute(name);
      const text = value && translated(value);
      if (text) node.setAttribute(name, text);
    }
    for (const child of node.childNodes) speak(child);
  };

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(speak);
      else speak(change.target);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: attributes,
  });
  speak(document.documentElement);
})();
