/** Standard Markdown in Slack's own marks: the common ones only (FACTS: markdown). */
export function fromMarkdown(markdown: string): string {
  return markdown
    .split(/(```[\s\S]*?```)/)
    .map((part, i) => (i % 2 === 1 ? part.replace(/^```[a-z]*\n/, '```\n') : prose(part)))
    .join('')
}

function prose(text: string): string {
  return text
    .replace(/!?\[([^\]\n]+)\]\((https?:[^)\s]+)\)/g, '<$2|$1>')
    .replace(/^#{1,6} +(.+)$/gm, '**$1**')
    .replace(/(?<!\*)\*(?![\s*])([^*\n]+?)(?<!\s)\*(?!\*)/g, '_$1_')
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '*$2*')
    .replace(/~~(?=\S)(.+?)(?<=\S)~~/g, '~$1~')
    .replace(/^(\s*)[-*] +/gm, '$1• ')
}
