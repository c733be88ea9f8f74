/** The words of a text, in lower case. */
export function words(text) {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}

/** The most frequent words first; those with the same count by the alphabet. */
export function mostFrequent(counts, top) {
  return [...counts].map(([word, count]) => ({ word, count }))
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    .slice(0, top);
}
