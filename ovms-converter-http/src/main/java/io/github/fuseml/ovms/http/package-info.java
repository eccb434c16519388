/** The store of HTTP servers, WebDAV included; only its provider is public. */
@NullMarked
package io.github.fuseml.ovms.http;

import org.jspecify.annotations.NullMarked;
