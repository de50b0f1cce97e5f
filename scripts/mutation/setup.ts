/**
 * The same examples in every run: whether a change is noticed is then a matter of the tests, not of luck. And no search for
 * the smallest one that fails: that it fails is all that counts here, and shrinking a history takes seconds.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: 2009, endOnFailure: true });
