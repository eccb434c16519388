package io.github.fuseml.ovms.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerMemoryTest {
  private static final long MIB = 1L << 20;

  @TempDir
  Path system;

  private long limit(String membership) throws IOException {
    return ContainerMemory.limit(
        Files.writeString(system.resolve("cgroup"), membership), system.resolve("mount"));
  }

  private void put(String file, String text) throws IOException {
    Path path = system.resolve("mount").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void given_no_control_groups_then_there_is_no_limit() {
    assertThat(ContainerMemory.limit(system.resolve("none"), system.resolve("none")))
        .isEqualTo(ContainerMemory.UNLIMITED);
    assertThat(ContainerMemory.shareOfEngine(ContainerMemory.UNLIMITED))
        .isEqualTo(ContainerMemory.UNLIMITED);
  }

  @Test
  void given_version_2_in_a_container_then_the_limit_is_that_of_the_mounted_group()
      throws IOException {
    put("memory.max", "536870912\n");
    assertThat(limit("0::/\n")).isEqualTo(512 * MIB);
  }

  @Test
  void given_version_2_without_a_limit_then_there_is_none() throws IOException {
    put("memory.max", "max\n");
    assertThat(limit("0::/\n")).isEqualTo(ContainerMemory.UNLIMITED);
  }

  @Test
  void given_groups_in_groups_then_the_lowest_limit_holds() throws IOException {
    put("kubepods/memory.max", "1073741824\n");
    put("kubepods/pod1/memory.max", "268435456\n");
    put("kubepods/pod1/container/memory.max", "max\n");
    assertThat(limit("0::/kubepods/pod1/container\n")).isEqualTo(256 * MIB);
  }

  @Test
  void given_version_1_then_the_limit_is_that_of_the_memory_controller() throws IOException {
    put("memory/docker/abc/memory.limit_in_bytes", "2147483648\n");
    put("cpu/docker/abc/memory.limit_in_bytes", "1\n");
    assertThat(limit("5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n"))
        .isEqualTo(2048 * MIB);
  }

  @Test
  void given_version_1_without_a_limit_then_there_is_none() throws IOException {
    put("memory/memory.limit_in_bytes", "9223372036854771712\n");
    assertThat(limit("4:memory:/\n")).isEqualTo(ContainerMemory.UNLIMITED);
  }

  @Test
  void given_a_path_of_the_host_that_is_not_there_then_the_mounted_group_counts()
      throws IOException {
    put("memory/memory.limit_in_bytes", "536870912\n");
    assertThat(limit("4:memory:/kubepods/not/visible/here\n")).isEqualTo(512 * MIB);
  }

  @Test
  void given_a_path_that_leads_out_of_the_mount_then_nothing_is_read_there() throws IOException {
    put("memory.max", "max\n");
    Files.writeString(system.resolve("memory.max"), "1\n");
    assertThat(limit("0::/../..\n")).isEqualTo(ContainerMemory.UNLIMITED);
  }

  @Test
  void given_a_limit_then_the_engine_gets_what_Java_leaves() {
    assertThat(ContainerMemory.shareOfEngine(1024 * MIB)).isEqualTo((768 - 112) * MIB);
    assertThat(ContainerMemory.shareOfEngine(64 * MIB)).isEqualTo(128 * MIB);
  }

  @Test
  void given_a_model_then_the_advised_limit_leaves_the_engine_enough_for_it_twice() {
    for (long weights : new long[] {0, MIB, 100 * MIB, 3000 * MIB}) {
      long advised = ContainerMemory.enoughFor(weights, 0);
      assertThat(ContainerMemory.shareOfEngine(advised)).isGreaterThanOrEqualTo(2 * weights);
      assertThat(advised % (256 * MIB)).isZero();
    }
  }

  @Test
  void given_a_limit_that_did_not_do_then_a_higher_one_is_advised() {
    assertThat(ContainerMemory.enoughFor(MIB, 8192 * MIB)).isGreaterThan(8192 * MIB);
  }
}
