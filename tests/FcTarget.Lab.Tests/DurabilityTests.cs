// SPDX-License-Identifier: MIT

using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>What the target has said is written is in the file, whatever becomes of the target.</summary>
public sealed class DurabilityTests(ITestOutputHelper output)
{
    private const int MiB = 1 << 20;

    [SkippableTheory]
    [InlineData("SYNCHRONIZE CACHE", "sg_dd if=/tmp/data of=/dev/sg0 bs=512 bpt=128 count=16384 && sg_sync /dev/sg0", "35", null)]
    [InlineData("FUA", "sg_dd if=/tmp/data of=/dev/sg0 bs=512 bpt=128 count=16384 oflag=fua", "2a08", "35")]
    public void Data_acknowledged_by_SYNCHRONIZE_CACHE_or_FUA_outlives_kill_9(string how, string write, string cdb, string? notThis)
    {
        using LabRig rig = new(output);
        string file = Path.Combine(rig.Folder, "disk.img");
        Target target = rig.StartTarget($"file:{file},size=64M");
        Guest guest = rig.StartGuest();
        guest.LogIn();
        string sum = guest.Run("dd if=/dev/urandom of=/tmp/data bs=1M count=8 2>/dev/null && sha256sum < /tmp/data")[..64];
        int before = rig.Probes.All().Count;

        guest.Run(write);
        target.Kill();

        using FileStream image = File.OpenRead(file);
        byte[] head = new byte[8 * MiB];
        image.ReadExactly(head);
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(head)).Should().Be(sum);
        string[] cdbs = [.. rig.Probes.All().Skip(before).Where(p => p.GetProperty("probe").GetString() == "scsi-command")
            .Select(p => p.GetProperty("scsicmd").GetProperty("ic_cdb").GetString()!)];
        cdbs.Should().Contain(c => c.StartsWith(cdb, StringComparison.Ordinal), $"the initiator used {how}");
        if (notThis is not null) cdbs.Should().NotContain(c => c.StartsWith(notThis, StringComparison.Ordinal), $"{how} was the only means");
    }

    [SkippableFact]
    public void A_target_that_is_told_to_stop_logs_out_and_its_successor_serves_the_same_data()
    {
        using LabRig rig = new(output);
        string file = Path.Combine(rig.Folder, "disk.img");
        Target first = rig.StartTarget($"file:{file},size=64M");
        Guest guest = rig.StartGuest();
        guest.LogIn();
        string written = guest.Run("dd if=/dev/urandom of=/dev/sda bs=1M count=8 conv=fsync 2>/dev/null; dd if=/dev/sda bs=1M count=8 2>/dev/null | sha256sum");

        first.Stop().Should().Be(0);
        rig.Probes.Of("rport-logout-start", guest.Wwpn).Should().ContainSingle().Which.GetProperty("solicited").GetInt32().Should().Be(1);

        Target second = rig.StartTarget($"file:{file}");
        second.Wwpn.Should().Be(first.Wwpn);
        guest.Run("for i in $(seq 200); do dd if=/dev/sda of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null && exit 0; sleep 0.1; done; exit 1", 60);
        guest.Run("echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/sda bs=1M count=8 2>/dev/null | sha256sum").Should().Be(written);
    }
}
