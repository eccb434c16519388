/**
 * Real servers for tests of stores: each is a process of its own on a free port of the loopback
 * interface, with data of its own in a temporary directory, and is gone when it is closed or the JVM
 * ends.
 *
 * <p>{@code bin/test} installs what they need. A server that is not installed fails the test that
 * starts it; no test is skipped.
 */
@NullMarked
package io.github.fuseml.ovms.testkit.server;

import org.jspecify.annotations.NullMarked;
