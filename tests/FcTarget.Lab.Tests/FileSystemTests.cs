// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>What a user does with a disk first.</summary>
public sealed class FileSystemTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void A_guest_has_its_disk_within_15_seconds_of_its_start()
    {
        using LabRig rig = new(output);
        Target target = rig.StartTarget("memory:512M");
        long start = Stopwatch.GetTimestamp();

        string found = rig.StartGuest().LogIn();

        Stopwatch.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(15));
        found.Should().MatchRegex($@"rport 0x{target.Wwpn} 0x\w{{6}} Online FCP Target");
        found.Should().MatchRegex(@"disk .* /dev/sda");
    }

    [SkippableTheory]
    [InlineData("mkfs.ext4 -q -F", "fsck.ext4 -f -n")]
    [InlineData("mkfs.xfs -q -f", "xfs_repair -n")]
    public void A_file_system_keeps_its_files_over_unmount_check_and_mount(string make, string check)
    {
        using LabRig rig = new(output);
        rig.StartTarget("memory:512M");
        Guest guest = rig.StartGuest();
        guest.LogIn();

        guest.Run($"{make} /dev/sda && mount /dev/sda /mnt");
        string written = guest.Run("dd if=/dev/urandom of=/mnt/file bs=1M count=64 2>/dev/null && sha256sum /mnt/file && umount /mnt");
        guest.Run($"{check} /dev/sda"); // exits with 0 only if there is nothing to mend
        guest.Run("blockdev --flushbufs /dev/sda && echo 3 > /proc/sys/vm/drop_caches && mount /dev/sda /mnt");
        string read = guest.Run("sha256sum /mnt/file && umount /mnt");

        written.Should().MatchRegex("^[0-9a-f]{64}  /mnt/file");
        read.Should().Be(written);
    }

    [SkippableFact]
    public void Random_reads_and_writes_at_depth_32_verify_and_no_frame_of_ours_is_wrong()
    {
        using LabRig rig = new(output);
        rig.StartTarget("memory:512M");
        Guest guest = rig.StartGuest();
        Capture capture = rig.StartCapture();
        guest.LogIn();

        string report = guest.Run(
            "fio --name=v --filename=/dev/sda --ioengine=libaio --direct=1 --iodepth=32 --rw=randrw --bsrange=512-512k "
            + "--verify=crc32c --verify_fatal=1 --time_based --runtime=30 --output-format=normal", 90);

        capture.Stop();
        output.WriteLine(report);
        report.Should().Contain("err= 0");
        capture.FcoeFramesFromTarget(guest).Should().BeGreaterThan(10_000, "the check below needs something to look at");
        capture.FaultsFromTarget(guest).Should().BeEmpty();
    }
}
