package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Refuses addresses that a model is never fetched from, so that a URL from outside cannot make this
 * process ask its own cloud for credentials: link-local and metadata addresses always, private ones
 * by a setting.
 *
 * <p>A name is resolved before each connection and refused if any of its addresses is. The client
 * then resolves it again, through the same cache of the JVM: both see one answer, unless the entry
 * expires in between or the cache was turned off ({@code networkaddress.cache.ttl}). {@code
 * java.net.http} has no way to be told the address to connect to. A proxy resolves names by itself;
 * behind one, only what this machine knows of a name is checked.
 */
final class AddressGuard {
  /** Link-local addresses, where clouds keep the metadata of their machines, and multicast. */
  private static final List<Block> ALWAYS_REFUSED = List.of(
      Block.of("169.254.0.0/16"),
      Block.of("100.100.100.200/32"), // Alibaba's metadata
      Block.of("192.0.0.192/32"), // Oracle's
      Block.of("168.63.129.16/32"), // Azure's
      Block.of("224.0.0.0/4"),
      Block.of("fe80::/10"),
      Block.of("fd00:ec2::254/128"), // Amazon's
      Block.of("fd20:ce::254/128"), // Google's
      Block.of("ff00::/8"));

  private static final List<Block> PRIVATE = List.of(
      Block.of("0.0.0.0/8"), // "this host", which reaches the loopback
      Block.of("127.0.0.0/8"),
      Block.of("10.0.0.0/8"),
      Block.of("172.16.0.0/12"),
      Block.of("192.168.0.0/16"),
      Block.of("100.64.0.0/10"), // shared by carriers
      Block.of("192.0.0.0/24"),
      Block.of("198.18.0.0/15"), // benchmarks
      Block.of("240.0.0.0/4"), // reserved, broadcast
      Block.of("::/127"), // unspecified and loopback
      Block.of("fc00::/7"),
      Block.of("fec0::/10"));

  /**
   * Forms of IPv6 that carry an address of IPv4: the prefix, and where the four bytes begin. The
   * mapped form, {@code ::ffff:0:0/96}, is one of IPv4 already when Java hands it out.
   */
  private static final Map<Block, Integer> EMBEDDINGS = Map.of(
      Block.of("::/96"), 12, // compatible
      Block.of("::ffff:0:0:0/96"), 12, // translated
      Block.of("64:ff9b::/96"), 12, // NAT64
      Block.of("2002::/16"), 2); // 6to4

  private final boolean privateAllowed;

  AddressGuard(boolean privateAllowed) {
    this.privateAllowed = privateAllowed;
  }

  /**
   * Checks where a request would go.
   *
   * @param uri the address of this hop
   * @param location what the caller asked for, for the message
   * @param behindProxy whether a proxy makes the connection, and may know names that we do not
   * @throws AccessDeniedException if the host has an address that is refused
   * @throws UnknownHostException if the host has no address
   */
  void check(URI uri, Location location, boolean behindProxy) throws UnknownHostException {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(uri.getHost());
    } catch (UnknownHostException e) {
      if (behindProxy) {
        return;
      }
      throw e;
    }
    for (InetAddress address : addresses) {
      check(address, uri.getHost(), location);
    }
  }

  private void check(InetAddress address, String host, Location location) {
    byte[] bytes = address.getAddress();
    if (isIn(ALWAYS_REFUSED, bytes)) {
      throw refused(
          location,
          "the host " + host + " has the address " + address.getHostAddress()
              + ", which is link-local, multicast or of a cloud's metadata service",
          "name the server by another address: this one is never asked");
    }
    if (!privateAllowed && isIn(PRIVATE, bytes)) {
      throw refused(
          location,
          "the host " + host + " has the private address " + address.getHostAddress(),
          "name a public server, or set privateAddresses to allow");
    }
  }

  private static AccessDeniedException refused(Location location, String found, String remedy) {
    return new AccessDeniedException(
        Problem.of("connect to").on(location).found(found).remedy(remedy));
  }

  private static boolean isIn(List<Block> blocks, byte[] address) {
    if (blocks.stream().anyMatch(block -> block.holds(address))) {
      return true;
    }
    return EMBEDDINGS.entrySet().stream()
        .filter(embedding -> embedding.getKey().holds(address))
        .map(embedding ->
            Arrays.copyOfRange(address, embedding.getValue(), embedding.getValue() + 4))
        .anyMatch(inner -> blocks.stream().anyMatch(block -> block.holds(inner)));
  }

  /** The addresses that begin with the same bits. */
  private static final class Block {
    private final byte[] prefix;
    private final int bits;

    private Block(byte[] prefix, int bits) {
      this.prefix = prefix;
      this.bits = bits;
    }

    /** A block as it is written: an address, a slash, the number of bits. */
    static Block of(String text) {
      int slash = text.indexOf('/');
      try {
        // No name is looked up for the text of an address.
        return new Block(
            InetAddress.getByName(text.substring(0, slash)).getAddress(),
            Integer.parseInt(text.substring(slash + 1)));
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(text, e);
      }
    }

    boolean holds(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
