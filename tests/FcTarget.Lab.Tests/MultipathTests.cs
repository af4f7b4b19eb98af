// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>dm-multipath and multipathd over two target ports with ALUA (SPC-4 5.15).</summary>
public sealed class MultipathTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void Input_and_output_go_on_when_a_target_goes_offline_and_the_paths_follow_implicit_and_explicit_transitions()
    {
        using LabRig rig = new(output);
        Target target = rig.StartSwitch("--lu", "memory:256M", "--port", "name=t2,wwpn=20:00:00:00:00:00:00:02");
        target.Admin("target-group", "create", "a");
        target.Admin("target-group", "create", "b");
        target.Admin("target-group", "add", "a", target.Wwpn);
        target.Admin("target-group", "add", "b", "2000000000000002");
        target.Admin("target-group", "alua", "b", "active-non-optimized");
        Guest guest = rig.StartGuest();
        guest.LogInToFabric();
        guest.WaitUntil("[ -e /sys/block/sdb ]");
        string a = DiskOf(guest, target.Wwpn), b = DiskOf(guest, "2000000000000002");

        // Relative target ports 1 and 2, target port groups 3 and 4.
        Identification(guest, a).Should().Equal("0x1", "0x3");
        Identification(guest, b).Should().Equal("0x2", "0x4");
        guest.Run($"sg_rtpg -d /dev/{b}").Should().MatchRegex(@"(?s)id : 0x3 .*active/optimized.*0x01\s.*id : 0x4 .*active/non optimized.*0x02");

        guest.Run(File.ReadAllText(Path.Combine(Shell.Root, "lab", "multipath-up.sh")));
        Priority(guest, a).Should().BeGreaterThan(Priority(guest, b));
        // Until it is told to end: how long the administrator's commands take, nobody knows.
        guest.Run(
            "(until [ -e /tmp/enough ]; do fio --name=v --filename=/dev/dm-0 --ioengine=libaio --direct=1 --iodepth=8 --rw=randrw --bs=16k "
            + "--verify=crc32c --verify_fatal=1 --size=64M --rate=4M,4M --time_based --runtime=4 > /tmp/fio.last 2>&1; echo ended $? >> /tmp/fio.last; "
            + "cat /tmp/fio.last >> /tmp/fio.out; done; echo over >> /tmp/fio.out) < /dev/null > /dev/null 2>&1 & sleep 1");

        target.Admin("target", "offline", target.Wwpn);

        target.Admin("target", "list").Should().MatchRegex(@" offline +- +1 +a +0").And.MatchRegex(@"t2 +online +\w+ +2 +b +1");
        rig.Probes.Of("rport-logout-start", guest.Wwpn).Should().ContainSingle();
        long before = Written(guest, b);
        guest.WaitUntil($"[ $(awk '{{print $7}}' /sys/block/{b}/stat) -gt {before + 2048} ]"); // in blocks: a megabyte through the other port

        target.Admin("target", "online", target.Wwpn);

        guest.WaitUntil("[ $(multipathd show topology | grep -c 'active ready') = 2 ]");
        string report = guest.Run("touch /tmp/enough; until grep -q ^over /tmp/fio.out; do sleep 0.2; done; cat /tmp/fio.out");
        report.Should().Contain("err= 0").And.Contain("ended 0").And.NotMatchRegex(@"err= ?[1-9]|ended [1-9]");

        guest.Run($"sg_stpg --tp=3,4 --state=s,ao /dev/{b}");
        guest.Run($"sg_rtpg -d /dev/{b}").Should().MatchRegex(@"(?s)id : 0x3 .*standby.*0x01 \(.*SET TARGET PORT GROUPS.*id : 0x4 .*active/optimized.*0x01 \(");
        guest.WaitUntil($"multipathd show topology | grep '{a} .*ghost'");
        guest.Try($"sg_turs /dev/{a}").ExitCode.Should().NotBe(0, "in standby TEST UNIT READY ends in NOT READY");
        guest.Run($"sg_stpg --tp=3 --state=ao /dev/{b}");
        guest.WaitUntil("[ $(multipathd show topology | grep -c 'active ready') = 2 ]");

        ReachesItsOwnSegments(target, guest, a, b);
    }

    /// <summary>LBA dependent state: one group has the first 64 MiB of every 128, the other the second.</summary>
    private static void ReachesItsOwnSegments(Target target, Guest guest, string a, string b)
    {
        target.Admin("target-group", "alua", "a", "lba-dependent", "--segment-size", "64M", "--segment-states", "active-optimized,standby");
        target.Admin("target-group", "alua", "b", "lba-dependent", "--segment-size", "64M", "--segment-states", "standby,active-optimized");
        foreach (string disk in (string[])[a, b]) guest.WaitUntil($"sg_turs /dev/{disk}"); // the attentions are taken

        guest.Run($"sg_rtpg -d /dev/{a}").Should().MatchRegex(@"(?s)id : 0x3 .*logical block dependent.*id : 0x4 .*logical block dependent");
        guest.Run($"sg_vpd --page=ref /dev/{a}").Should().Contain("User data segment size: 131072").And.Contain("User data segment multiplier: 2");
        guest.Run($"sg_referrals /dev/{b}").Should().MatchRegex(@"(?s)lba 0, last.*active/optimized.*standby.*lba 131072, last.*standby.*active/optimized");
        guest.Run($"sg_dd if=/dev/{a} of=/dev/null bs=512 count=8 blk_sgio=1 && sg_dd if=/dev/{b} of=/dev/null bs=512 count=8 skip=131072 blk_sgio=1");

        const string Closed = "28 00 00 02 00 00 00 00 01 00";
        guest.Try($"sg_raw -r 512 /dev/{a} {Closed} 2>&1").Output.Should().Contain("Not Ready").And.Contain("standby");
        guest.Run($"sdparm --set=D_SENSE=1 /dev/{a}");
        foreach (string disk in (string[])[a, b]) guest.WaitUntil($"sg_turs /dev/{disk}");
        guest.Try($"sg_raw -r 512 /dev/{a} {Closed} 2>&1").Output.Should().Contain("Aborted Command").And.Contain("Inspect referrals sense descriptors");
    }

    private static string DiskOf(Guest guest, string wwpn) => guest.Run(
        $"r=$(dirname $(grep -l {wwpn} /sys/class/fc_remote_ports/*/port_name)); ls -d $r/device/target*/*/block/sd* | sed 's|.*/||'").Trim();

    private static string[] Identification(Guest guest, string disk) =>
        [.. Regex.Matches(guest.Run($"sg_vpd -p di /dev/{disk}"), @"(?:Relative target port|Target port group): (0x\w+)").Select(match => match.Groups[1].Value)];

    /// <summary>The priority of the group that a path is in.</summary>
    private static int Priority(Guest guest, string disk) => int.Parse(
        Regex.Match(guest.Run("multipathd show topology"), $@"prio=(\d+)[^=]*status=\w+\n[^\n]* {disk} ").Groups[1].Value);

    private static long Written(Guest guest, string disk) => long.Parse(guest.Run($"awk '{{print $7}}' /sys/block/{disk}/stat"));
}
