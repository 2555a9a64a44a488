/** k6's own numbers as JSON, for the verdict and the report. */
export function handleSummary(data: unknown): Record<string, string> {
  const file = __ENV.SUMMARY;
  if (!file) throw new Error('SUMMARY is not set: expected a path; start k6 by make load');
  return { [file]: JSON.stringify(data) };
}
