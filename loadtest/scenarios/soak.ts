/** The mixed load, but long: leaks show at its end. */
export { default, options } from './mixed.ts';
