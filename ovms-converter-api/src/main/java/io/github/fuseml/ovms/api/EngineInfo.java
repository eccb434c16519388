package io.github.fuseml.ovms.api;

import java.nio.file.Path;

/**
 * An engine that works.
 *
 * @param optimizer the optimizer that uses it
 * @param version the engine's own version
 * @param python the interpreter that runs it
 * @param pythonVersion the interpreter's version
 * @param foundBy where it was found: {@code setting}, {@code OVMS_CONVERTER_PYTHON}, {@code
 *     managed} or {@code PATH}
 */
public record EngineInfo(
    String optimizer, String version, Path python, String pythonVersion, String foundBy) {}
