package io.github.fuseml.ovms.testkit.server;

import java.nio.file.Path;

/**
 * What a server shows and holds for TLS.
 *
 * @param certificate its certificate, a PEM file
 * @param key its private key, a PEM file (PKCS #8, not encrypted)
 */
public record ServerCertificate(Path certificate, Path key) {}
