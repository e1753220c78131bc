"""The words that Streamlit's own widgets write, in English alone: what we call them, and the script that writes ours.

A test opens every page in French and looks for words that stand literally in Streamlit's scripts.
"""

from __future__ import annotations

import json

from dashboard.language import LANGUAGES, _, spoken
from etl.message import N_

WORDS = {
    "Add files": N_("Add files"),
    "App pages": N_("Pages"),
    "Autosize": N_("Fit the width"),
    "Cancel": N_("Cancel"),
    "Choose an option": N_("Choose an option"),
    "Choose date": N_("Choose a date"),
    "Clear all": N_("Clear all"),
    "Clear selection": N_("Clear the selection"),
    "Clear value": N_("Clear"),
    "Close": N_("Close"),
    "Close fullscreen": N_("Leave full screen"),
    "Collapse sidebar": N_("Close the menu"),
    "Connecting": N_("Connecting"),
    "Connection error": N_("No connection"),
    "Copy to clipboard": N_("Copy"),
    "Decrement": N_("Decrease"),
    "Dismiss": N_("Close"),
    "Download as CSV": N_("Download as CSV"),
    "Download as CSV: {}": N_("Download as CSV: {}"),
    "Drag and drop a file here": N_("Drag and drop a file here"),
    "Drag and drop files here": N_("Drag and drop files here"),
    "Empty": N_("empty"),
    "Expand sidebar": N_("Menu"),
    "Fullscreen": N_("Full screen"),
    "Fullscreen: {}": N_("Full screen: {}"),
    "Hide column": N_("Hide the column"),
    "Increment": N_("Increase"),
    "Link to heading": N_("Link to this heading"),
    "No options to select.": N_("Nothing to choose from."),
    "No results": N_("Nothing found"),
    "Open": N_("Open the list"),
    "Pin column": N_("Keep the column in view"),
    "Press Enter to apply": N_("Press Enter to apply"),
    "Remove {}": N_("Remove {}"),
    "Running...": N_("Working …"),
    "Search": N_("Search"),
    "Search: {}": N_("Search: {}"),
    "Selected values": N_("Chosen"),
    "Show/hide columns": N_("Show or hide columns"),
    "Show/hide columns: {}": N_("Show or hide columns: {}"),
    "Sidebar": N_("Menu"),
    "Skip to main content": N_("Skip to the content"),
    "Sort ascending": N_("Sort ascending"),
    "Sort descending": N_("Sort descending"),
    "Statistics": N_("Statistics"),
    "Stop": N_("Stop"),
    "Unpin column": N_("Let the column move"),
    "Upload": N_("Choose a file"),
    "Uploading...": N_("Sending …"),
    "Use arrow keys to navigate dates. Enter to select. Escape to close.": N_(
        "Move with the arrow keys, choose with Enter, close with Escape."
    ),
    "day, {}": N_("day, {}"),
    "dd": N_("dd"),
    "file upload": N_("Choose a file"),
    "mm": N_("mm"),
    "month, {}": N_("month, {}"),
    "year, {}": N_("year, {}"),
    "yyyy": N_("yyyy"),
    "{#} more": N_("{#} more"),
    "{#}B": N_("{#} bytes"),
    "{#}KB": N_("{#} KB"),
    "{#}MB": N_("{#} MB"),
    "{}, {#}B": N_("{}, {#} bytes"),
    "{}, {#}KB": N_("{}, {#} KB"),
    "{}, {#}MB": N_("{}, {#} MB"),
    "{}MB per file": N_("{} MB a file"),
    "{}MB per file • {}": N_("{} MB a file: {}"),
}
"""What Streamlit writes, and ours in English; ``{}`` stands for what differs from place to place, ``{#}`` for a number."""

SCRIPT = """
(() => {
  const words = WORDS, root = document.documentElement;
  const names = ["aria-label", "aria-valuetext", "placeholder", "title"], was = new WeakMap();
  const quoted = (text) => text.replace(/[.*+?^$()|[\\]\\\\]/g, "\\\\$&").replaceAll("{}", "(.+)").replaceAll("{#}", "([0-9.]+)");
  const hole = /{(#?)}/;
  const rules = {};
  for (const [lang, said] of Object.entries(words)) {
    rules[lang] = Object.entries(said).filter(([from]) => hole.test(from))
      .map(([from, to]) => [new RegExp("^" + quoted(from) + "$", "u"), to]);
  }
  const ours = (text) => {
    if (text.length > 2000) return text;
    const lang = words[root.lang] ? root.lang : "en";
    if (Object.hasOwn(words[lang], text)) return words[lang][text];
    for (const [rule, to] of rules[lang]) {
      const parts = rule.exec(text);
      const filled = (made, part) => made.replace(hole, (_, number) => number ? Number(part).toLocaleString(lang) : part);
      if (parts) return parts.slice(1).reduce(filled, to);
    }
    return text;
  };
  const write = (node, key, now, set) => {
    const kept = was.get(node) || {}, before = kept[key];
    const said = before && before.ours === now ? before.said : now, wanted = ours(said);
    if (wanted !== said || before) was.set(node, {...kept, [key]: {said, ours: wanted}});
    if (wanted !== now) set(wanted);
  };
  const theirs = "[data-testid=stMarkdownContainer]:not([data-testid=stFileUploaderDropzone] *, [data-testid=stTopNavSection] *)";
  const text = (node) => {
    const at = node.parentElement;
    if (at && !at.closest(theirs + ", [data-testid=stIconMaterial], canvas, svg, script, style, #first-view"))
      write(node, "text", node.data, (now) => { node.data = now; });
  };
  const attributes = (element) => {
    for (const name of names) {
      const now = element.getAttribute(name);
      if (now) write(element, name, now, (wanted) => element.setAttribute(name, wanted));
    }
  };
  const skipped = (node) => node instanceof SVGElement || node instanceof HTMLCanvasElement;
  const tree = (node) => {
    if (node.nodeType === 3) return text(node);
    if (node.nodeType !== 1 || skipped(node)) return;
    const walk = document.createTreeWalker(node, 5, (at) => skipped(at) ? 2 : 1);
    for (let at = node; at; at = walk.nextNode()) at.nodeType === 3 ? text(at) : attributes(at);
  };
  new MutationObserver((changes) => {
    for (const {type, target, addedNodes} of changes) {
      if (type === "childList") addedNodes.forEach(tree);
      else if (type === "characterData") text(target);
      else if (target === root) tree(document.body);
      else if (!skipped(target)) attributes(target);
    }
  }).observe(root, {subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: [...names, "lang"]});
})()
"""
"""Writes our words over Streamlit's wherever they appear, and again when the language of the document changes."""


def script() -> str:
    """The script with the words of every language."""
    words = {}
    for language in LANGUAGES:
        with spoken(language):
            words[language] = {said: _(ours) for said, ours in WORDS.items() if _(ours) != said}
    return SCRIPT.replace(
        "WORDS", json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/"), 1
    )
