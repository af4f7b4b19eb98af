// SPDX-License-Identifier: MIT

using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>Frames that are lost on the way to a Linux initiator, which asks with REC and SRR what has become of them (FCP-4).</summary>
public sealed class RecoveryTests(ITestOutputHelper output)
{
    // COMPARE AND WRITE tells whether it was done once or twice: the second time it miscompares.
    [SkippableTheory]
    [InlineData(0x05)] // FCP_XFER_RDY
    [InlineData(0x07)] // FCP_RSP
    public void A_frame_lost_once_does_not_make_the_initiator_repeat_the_command(byte rCtl)
    {
        using LabRig rig = new(output);
        rig.StartTarget("memory:64M");
        Guest guest = rig.StartGuest();
        guest.LogIn();
        guest.Run("{ dd if=/dev/zero bs=512 count=1; dd if=/dev/urandom bs=512 count=1; } 2>/dev/null > /tmp/cw");
        Skip.IfNot(LabNetwork.TryLose(guest.Tap, rCtl), "the kernel has no htb, bfifo or u32");

        guest.Run("{ sg_compare_and_write --lba=8 --in=/tmp/cw --xferlen=1024 --timeout=30 /dev/sda; echo $? > /tmp/cw.exit; } > /tmp/cw.out 2>&1 &");
        rig.Probes.Wait(p => CompareAndWrites(p, rCtl == 0x05 ? "xfer-start" : "scsi-response") == 1, TimeSpan.FromSeconds(10)).Should().BeTrue();
        SpinWait.SpinUntil(() => LabNetwork.Lost(guest.Tap) > 0, TimeSpan.FromSeconds(5)).Should().BeTrue("the frame has to be lost");
        LabNetwork.LoseNoMore(guest.Tap);

        guest.WaitUntil("test -s /tmp/cw.exit");
        guest.Run("cat /tmp/cw.exit /tmp/cw.out").Trim().Should().Be("0", "sg_compare_and_write tells of an error of the transport too");
        CompareAndWrites(rig.Probes, "scsi-command").Should().Be(1, "the initiator must not have had to repeat it");
        CompareAndWrites(rig.Probes, "scsi-response").Should().Be(1);
    }

    private static int CompareAndWrites(ProbeLog probes, string probe) => probes.All().Count(p =>
        p.GetProperty("probe").GetString() == probe && p.GetProperty("scsicmd").GetProperty("ic_cdb").GetString()!.StartsWith("89", StringComparison.Ordinal));
}
