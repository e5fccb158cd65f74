'use strict';

// swagger-ui has no language setting. Its own labels, and only those, are put into Chinese where they appear:
// text that comes from the document, from a request or from an answer is never touched.
const labels = new Map(Object.entries({
  'Authorize': '授权',
  'Authorized': '已授权',
  'Available authorizations': '可用的授权方式',
  'Cancel': '取消',
  'Clear': '清空结果',
  'Close': '关闭',
  'Code': '状态码',
  'Controls': '决定',
  'Curl': 'curl 命令',
  'Description': '说明',
  'Details': '详情',
  'Download': '下载',
  'Download file': '下载文件',
  'Edit Value': '编辑值',
  'Example Value': '示例',
  'Execute': '执行',
  'Hide': '收起',
  'Links': '关联',
  'Logout': '退出',
  'Media type': '媒体类型',
  'Name': '名称',
  'No links': '无',
  'No parameters': '无参数',
  'Parameters': '参数',
  'Request URL': '请求地址',
  'Request body': '请求体',
  'Request duration': '耗时',
  'Reset': '重置',
  'Response body': '响应体',
  'Response headers': '响应头',
  'Responses': '响应',
  'Schema': '结构',
  'Schemas': '数据结构',
  'Send empty value': '发送空值',
  'Server response': '服务器响应',
  'Servers': '服务地址',
  'Try it out': '试一试',
  'Undocumented': '文档未列出',
  'header.': '请求头',
  'Value': '值',
  'Value:': '值：',
  'Expand all': '全部展开',
  'Collapse all': '全部收起',
  'Filter by tag': '按分组筛选',
  'Filter by tag or path': '按分组或路径筛选',
}));

const labelled = 'button, label, h3, h4, h5, small, i, a.tablinks, .live-responses-table a, .btn, .col_header, .parameters-container p, .servers-title, .download-contents';

// Where names and texts of the document stand.
const foreign = '.markdown, .renderedMarkdown, .info, .opblock-summary, .opblock-tag, .model-box, .json-schema-2020-12, .highlight-code code, pre, textarea, select';

function translate(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = root.nodeType === Node.TEXT_NODE ? root : walker.nextNode(); node; node = walker.nextNode()) {
    const text = labels.get(node.nodeValue.trim());
    const parent = node.parentElement;
    if (!text || !parent || !parent.closest(labelled)) {
      continue;
    }
    if (parent.closest(foreign) && !parent.matches('.json-schema-2020-12-expand-deep-button')) {
      continue;
    }
    // The text node itself stays: it belongs to React, which finds it again when the label changes.
    node.nodeValue = text;
  }
  if (root.querySelectorAll) {
    for (const input of root.querySelectorAll('input[placeholder]')) {
      input.placeholder = labels.get(input.placeholder) || input.placeholder;
    }
  }
}

// swagger-ui fills every parameter's field with its example. A made-up cursor, version or key must not be sent by who
// only wants to try an operation: what may be left out is left empty, and shows its example beside its description.
function leaveOptionalEmpty(document) {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const lists = operations.map((operation) => operation.parameters || []);
  for (const parameter of lists.concat(Object.values(document.components.parameters)).flat()) {
    if (!parameter.required && parameter.example !== undefined) {
      parameter.description = `${parameter.description}（例：\`${parameter.example}\`）`;
      delete parameter.example;
    }
  }
  return document;
}

// The program's root, which a proxy may have put below a path of its own: this script is docs/page/init.js there.
const base = new URL('../../', document.currentScript.src);

// servedHere has requests sent to where this page comes from, below the same path.
function servedHere(document) {
  for (const server of document.servers) {
    server.url = new URL(server.url.replace(/^\//, ''), base).href.replace(/\/$/, '');
  }
  return document;
}

window.addEventListener('load', async () => {
  const root = document.getElementById('swagger-ui');
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'characterData') {
        translate(change.target);
      }
      change.addedNodes.forEach(translate);
    }
  }).observe(root, {childList: true, characterData: true, subtree: true});

  const answer = await fetch(new URL('openapi.json', base));
  window.SwaggerUIBundle({
    spec: servedHere(leaveOptionalEmpty(await answer.json())),
    dom_id: '#swagger-ui',
    deepLinking: true,
    docExpansion: 'list',
    filter: true,
    tryItOutEnabled: true,
    // A token pasted here dies with the page: nothing is kept in the browser's storage.
    persistAuthorization: false,
    // No document is ever sent to a validator elsewhere.
    validatorUrl: null,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    showMutatedRequest: false,
  });
});
