// SPDX-License-Identifier: MIT

using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>A unit with protection information in front of Linux, which uses it without, and of sg3_utils, which ask for it.</summary>
public sealed class ProtectionTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void Linux_uses_a_protected_unit_and_sg_utils_see_its_tags_and_format_it_to_another_type()
    {
        using LabRig rig = new(output);
        rig.StartTarget("memory:16M,pi=1");
        Guest guest = rig.StartGuest();
        guest.LogIn();
        guest.Run("sg_readcap -l /dev/sg0").Should().Contain("prot_en=1, p_type=0");
        string written = guest.Run("dd if=/dev/urandom of=/dev/sda bs=1M count=2 conv=fsync 2>/dev/null; sha256sum < /dev/sda");
        guest.Run("echo 3 > /proc/sys/vm/drop_caches; sha256sum < /dev/sda").Should().Be(written);

        // READ(10) of LBA 7 with RDPROTECT 001b: 520 bytes, the last of which are the reference tag; VERIFY checks the medium the same way.
        guest.Run("sg_raw -r 520 -o /tmp/block /dev/sg0 28 20 00 00 00 07 00 00 01 00 2>/dev/null; tail -c 6 /tmp/block | hexdump -v -e '1/1 \"%02x\"'")
            .Trim().Should().Be("ffff00000007");
        guest.Run("sg_verify --vrprotect=1 --count=64 /dev/sg0");

        // The same block with one bit changed, and an application tag that is none to escape by, does not get past WRPROTECT 001b.
        guest.Run("dd if=/dev/zero of=/tmp/bad bs=520 count=1 2>/dev/null; printf '\\1' | dd of=/tmp/bad conv=notrunc 2>/dev/null");
        guest.Try("sg_raw -s 520 -i /tmp/bad /dev/sg0 2a 20 00 00 00 00 00 00 01 00 2>&1").Output.Should().ContainEquivalentOf("guard check failed");

        guest.Run("sg_format --format --quick --wait --fmtpinfo=3 --pfu=1 /dev/sg0", 60);
        guest.Run("sg_readcap -l /dev/sg0").Should().Contain("prot_en=1, p_type=2");
    }
}
