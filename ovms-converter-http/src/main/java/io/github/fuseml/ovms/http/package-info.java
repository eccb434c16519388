/**
 * The store of HTTP servers, WebDAV included: its provider is public, and the client of services that
 * other stores are built upon.
 */
@NullMarked
package io.github.fuseml.ovms.http;

import org.jspecify.annotations.NullMarked;
