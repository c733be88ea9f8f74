// By number, as WASI has them.
const SIGNALS = [
  '', 'HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM', 'TERM',
];

/** An exit status (0–255) in words. */
export function statusInWords(status) {
  if (status === 126) return 'not runnable (status 126)';
  if (status === 127) return 'program not found (status 127)';
  if (status === 134) return 'trapped (status 134)'; // 128 + SIGABRT, which the kernel reports for a trap
  if (status === 130) return 'ended by ^C (SIGINT)';
  if (status === 131) return 'ended by ^\\ (SIGQUIT)';
  const signal = SIGNALS[status - 128];
  return signal ? `killed by SIG${signal}` : `exited with status ${status}`;
}
