package io.github.fuseml.ovms.api;

/**
 * What a compression of weights saved.
 *
 * @param before the bytes that the model's weights take as the model has them
 * @param after the bytes that they take in the converted model
 */
public record WeightSizes(long before, long after) {}
