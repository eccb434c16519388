/**
 * A proxy in front of a real HTTP server that does to chosen requests what networks, servers and
 * attackers do: {@link io.github.fuseml.ovms.testkit.fault.FaultProxy} with a {@link
 * io.github.fuseml.ovms.testkit.fault.RequestMatch} that chooses and a {@link
 * io.github.fuseml.ovms.testkit.fault.Fault} that is done.
 */
@NullMarked
package io.github.fuseml.ovms.testkit.fault;

import org.jspecify.annotations.NullMarked;
