package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;

/**
 * What the reads of one transfer share.
 *
 * @param store where they read
 * @param settings how patient they are
 * @param state whether the transfer goes on
 * @param watch gives up streams on which no byte arrives
 */
record ReadContext(
    ArtifactStore store, TransferSettings settings, TransferState state, StallWatch watch) {}
