// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>The tools of sg3_utils and sdparm against a logical unit: none has anything to complain about.</summary>
public sealed class Sg3UtilsTests(ITestOutputHelper output)
{
    /// <summary>What a tool prints when a command or a page is refused. "[invalid]" is how sg_vpd shows UGAVALID = 0.</summary>
    private const string Complaints = "not supported$|illegal|failed|(^|[^[])invalid|unable|aborted|unexpected|malformed|too short|error:";

    /// <summary>Runs a tool on unit $g, and prints the name of the unit and of the tool, and the complaints, if there are any.</summary>
    private const string Check =
        "check() {\n"
        + "eval \"$1 /dev/sg$g\" > /tmp/o$g 2>&1; rc=$?\n"
        + $"if [ $rc != 0 ] || grep -qiE '{Complaints}' /tmp/o$g; then echo \"$u: $1: $rc\"; grep -iE '{Complaints}' /tmp/o$g || tail -n 3 /tmp/o$g; fi\n"
        + "}\n"
        + "done_with_it() { n=0; until sg_turs /dev/sg$g > /dev/null 2>&1; do n=$((n + 1)); [ $n -lt 600 ] || break; usleep 100000; done; }\n";

    /// <summary>The units, by LUN. Those that are not written have a block length of 0 here.</summary>
    private static readonly (string Unit, int BlockLength)[] Units =
    [
        ("memory:64M", 512), ("memory:64M,physical=4096", 512), ("file:{0}/disk.img,size=64M,block=4096", 4096), ("memory:16M,pi=1", 512),
        ("memory:16M,pi=2", 512), ("memory:16M,pi=3", 512),
        ("memory:64M,removable", 512), ("memory:64M,thick", 512), ("memory:64M,lbpu=0,lbprz=0,wsnz=0", 512),
        ("memory:64M,ro", 0), ("null:16T", 0), ("pattern:16T,seed=7", 0),
    ];

    /// <summary>Tools that report on the unit.</summary>
    private static readonly string[] Reports =
    [
        "sg_turs", "sg_requests", "sg_inq", "sg_luns", "sg_readcap --long", "sg_opcodes", "sg_opcodes --rctd", "sg_vpd --all", "sg_logs --all",
        "sg_modes --all", "sg_modes --all --six", "sdparm --all", "sg_rtpg --decode", "sg_rtpg --extended --decode", "sg_get_lba_status", "sg_referrals",
        "sg_timestamp", "sg_ident", "sg_persist --in --report-capabilities", "sg_persist --in --read-keys", "sg_persist --in --read-reservation",
        "sg_persist --in --read-full-status", "sg_read_buffer --mode=desc", "sg_senddiag --test", "sg_senddiag --list", "sg_reassign --grown",
    ];

    /// <summary>Tools that change something, in this order. $b is the block length, /tmp/r$b a block of random data.</summary>
    private static readonly string[] Changes =
    [
        "sg_persist --out --register --param-sark=1", "sg_persist --out --reserve --param-rk=1 --prout-type=5",
        "sg_persist --out --preempt --param-rk=1 --param-sark=1 --prout-type=3", "sg_persist --out --release --param-rk=1 --prout-type=3",
        "sg_persist --out --register-ignore --param-sark=2", "sg_persist --out --clear --param-rk=2",
        "sg_write_same --lba=8 --num=8 --in=/tmp/r$b", "sg_write_same --16 --unmap --lba=8 --num=8 --in=/dev/zero --xferlen=$b",
        "sg_write_verify --lba=200 --num=1 --in=/tmp/r$b", "sg_write_verify --16 --lba=208 --num=1 --in=/tmp/r$b", "sg_verify --lba=0 --count=64",
        "sg_verify --lba=200 --count=1 --ebytchk=1 --ndo=$b --in=/tmp/r$b", "sg_write_x --or --lba=300 --num=1 --in=/tmp/r$b",
        "sg_unmap --lba=1024 --num=8 --force", "sg_sync", "sg_prevent --prevent=1", "sg_prevent --allow", "sg_start --stop", "sg_start --start",
        "sg_rbuf --quick --size=1M", "sg_test_rwbuf --size=512", "sg_wr_mode --page=8 --contents=08,12,04,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00",
        // These return when the work has begun; what follows would be refused while it lasts.
        "sg_format --format --quick --early", "done_with_it; sg_sanitize --quick --early --block", "done_with_it; sg_sanitize --quick --early --overwrite --zero",
        "done_with_it; sg_turs",
    ];

    [SkippableFact]
    public void No_tool_finds_an_error_or_something_that_is_missing()
    {
        using LabRig rig = new(output);
        rig.StartTarget([.. Units.Select(unit => string.Format(CultureInfo.InvariantCulture, unit.Unit, rig.Folder))]);
        Guest guest = rig.StartGuest();
        guest.LogIn();
        guest.WaitUntil($"[ -e /dev/sg{Units.Length - 1} ]");
        guest.Run("for b in 512 4096; do dd if=/dev/urandom of=/tmp/r$b bs=$b count=1; done 2>&1");

        // All units at once: some tools only wait for the unit.
        var script = new StringBuilder(Check);
        foreach ((int lun, (string unit, int block)) in Units.Index())
        {
            script.Append($"(u={unit.Split('/')[0]} g={lun} b={block}; sg_write_verify --lba=100 --num=1 --in=/tmp/r$b /dev/sg$g > /dev/null 2>&1\n");
            foreach (string tool in block == 0 ? Reports : Reports.Concat(Changes.Where(tool => IsFor(tool, unit)))) script.Append($"check '{tool}'\n");
            script.Append(") < /dev/null &\n");
        }
        string found = guest.Run($"{script}wait", 240);

        found.Should().BeEmpty();
    }

    /// <summary>A unit has what it is there to leave out.</summary>
    private static bool IsFor(string tool, string unit) =>
        !(tool.StartsWith("sg_unmap", StringComparison.Ordinal) && (unit.Contains("thick") || unit.Contains("lbpu=0"))) && !(tool.Contains("--unmap") && unit.Contains("thick"));

    /// <summary>
    /// On unit $g with blocks of $b bytes: what was written, copied by the unit itself, and read again; a block that is swapped once; a reset that
    /// is told once. Prints what is not as it should be.
    /// </summary>
    private const string CopyAndSwap = """
        d=/dev/sg$g; f=/tmp/c$g
        is() { want=$1; shift; "$@" > $f.o 2>&1; rc=$?; [ $rc = $want ] || { echo "$u: $*: $rc, not $want"; tail -n 2 $f.o; }; }
        is 0 sg_dd if=/tmp/r of=$d bs=$b count=64 seek=100
        is 0 sg_xcopy if=$d of=$d bs=$b count=64 skip=100 seek=4000
        is 0 sg_dd if=$d of=$f bs=$b count=64 skip=4000
        is 0 cmp -n $((64 * b)) /tmp/r $f
        dd if=/tmp/r of=$f.cw bs=$b count=1 2>/dev/null; dd if=/dev/zero bs=$b count=1 >> $f.cw 2>/dev/null
        is 0 sg_compare_and_write --lba=100 --in=$f.cw --xferlen=$((2 * b)) $d
        is 14 sg_compare_and_write --lba=100 --in=$f.cw --xferlen=$((2 * b)) $d
        """;

    [SkippableFact]
    public void Copies_miscompares_resets_and_refusals_are_told_as_what_they_are()
    {
        using LabRig rig = new(output);
        rig.StartTarget([.. Units.Select(unit => string.Format(CultureInfo.InvariantCulture, unit.Unit, rig.Folder))]);
        Guest guest = rig.StartGuest();
        guest.LogIn();
        guest.WaitUntil($"[ -e /dev/sg{Units.Length - 1} ]");

        StringBuilder script = new("dd if=/dev/urandom of=/tmp/r bs=4096 count=64 2>/dev/null\n");
        foreach ((int lun, (string unit, int block)) in Units.Index())
            if (block != 0) script.AppendLine(CultureInfo.InvariantCulture, $"u={unit.Split('/')[0]} g={lun} b={block}\n{CopyAndSwap}");
        guest.Run(script.ToString(), 120).Should().BeEmpty();

        // From one that cannot be written, to the first one; and not to it.
        int pattern = Array.FindIndex(Units, unit => unit.Unit.StartsWith("pattern", StringComparison.Ordinal));
        int readOnly = Array.FindIndex(Units, unit => unit.Unit.EndsWith(",ro", StringComparison.Ordinal));
        guest.Run($"sg_xcopy if=/dev/sg{pattern} of=/dev/sg0 bs=512 count=64 skip=1000 seek=2000");
        guest.Run($"sg_dd if=/dev/sg{pattern} of=/tmp/p bs=512 count=64 skip=1000; sg_dd if=/dev/sg0 of=/tmp/q bs=512 count=64 skip=2000; cmp /tmp/p /tmp/q");
        guest.Try($"sg_xcopy if=/dev/sg0 of=/dev/sg{readOnly} bs=512 count=1").ExitCode.Should().NotBe(0);
        guest.Try($"sg_compare_and_write --lba=0 --in=/tmp/c0.cw --xferlen=1024 /dev/sg{readOnly}").ExitCode.Should().Be(7, "DATA PROTECT");

        // Every unit hears of a reset of its own, and all of one of the target: once.
        guest.Run($"for g in $(seq 0 {Units.Length - 1}); do sg_reset --device /dev/sg$g; sg_turs /dev/sg$g > /dev/null 2>&1; [ $? = 6 ] && sg_turs /dev/sg$g || echo $g; done")
            .Should().BeEmpty("UNIT ATTENTION, once");
        guest.Run("sg_reset --target /dev/sg0");
        guest.Run($"for g in $(seq 0 {Units.Length - 1}); do sg_turs /dev/sg$g > /dev/null 2>&1; [ $? = 6 ] && sg_turs /dev/sg$g || echo $g; done").Should().BeEmpty();

        guest.Try("sg_rep_zones /dev/sg0").Should().Match<Finished>(report => report.ExitCode == 9 && report.Output.Contains("not supported"), "no zoned device");
    }

    [SkippableFact]
    public void Registration_and_reservation_with_APTPL_outlive_kill_9()
    {
        using LabRig rig = new(output);
        string unit = $"memory:64M,name=disk,state={Path.Combine(rig.Folder, "state")}";
        Target first = rig.StartTarget(unit);
        Guest holder = rig.StartGuest(), other = rig.StartGuest();
        holder.LogIn();
        other.LogIn();
        holder.Run("sg_persist --out --register --param-sark=abc --param-aptpl /dev/sg0 && sg_persist --out --reserve --param-rk=abc --prout-type=1 /dev/sg0");
        other.Run("sg_persist --out --register --param-sark=def --param-aptpl /dev/sg0");

        first.Kill();
        Target second = rig.StartTarget(unit);

        second.Wwpn.Should().Be(first.Wwpn);
        foreach (Guest guest in (Guest[])[holder, other])
        {
            guest.WaitUntil("sg_turs /dev/sg0", 60); // logged in again, and the unit attention of its start taken
            guest.Run("sg_persist --in --read-keys /dev/sg0").Should().Contain("0xabc").And.Contain("0xdef");
            guest.Run("sg_persist --in --read-reservation /dev/sg0").Should().Contain("Key=0xabc").And.Contain("Write Exclusive");
        }
        other.Try("sg_write_same --lba=0 --num=1 /dev/sg0").ExitCode.Should().Be(24, "RESERVATION CONFLICT");
        holder.Run("sg_write_same --lba=0 --num=1 /dev/sg0");
        holder.Run("sg_persist --out --clear --param-rk=abc /dev/sg0");
        other.Try("sg_turs /dev/sg0").ExitCode.Should().Be(6, "RESERVATIONS PREEMPTED");
    }
}
