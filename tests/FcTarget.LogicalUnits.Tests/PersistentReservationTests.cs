// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Commands;
using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using Action = FcTarget.Scsi.PersistentReserveOutAction;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>PERSISTENT RESERVE IN and OUT between three initiators (SPC-4 5.12).</summary>
public sealed class PersistentReservationTests : IDisposable
{
    private const int Conflict = (int)ScsiStatus.ReservationConflict;

    private readonly string _state = Path.Combine(Path.GetTempPath(), $"fctarget-{Guid.NewGuid():n}.json");
    private readonly ItNexus _a = Nexus(0xA), _b = Nexus(0xB), _c = Nexus(0xC);
    private BlockDevice _disk = null!;
    private TargetRig _rig = null!;

    public PersistentReservationTests() => PowerOn();

    public void Dispose()
    {
        _disk.Dispose();
        File.Delete(_state);
    }

    private static ItNexus Nexus(byte id) => new($"20000000000000{id:x2}", "20000000000000aa", TransportId(id));

    private static byte[] TransportId(byte id) => [0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, id, 0, 0, 0, 0, 0, 0, 0, 0];

    private void PowerOn()
    {
        _disk?.Dispose();
        _disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity, StateFile = _state }, new MemoryStore(1 << 20));
        TargetRig? before = _rig;
        _rig = new TargetRig(_disk).Ready();
        foreach (ItNexus nexus in new[] { _a, _b, _c })
        {
            before?.Router.EndNexus(nexus);
            _rig.Router.BeginNexus(nexus);
            _rig.Command(new byte[6], nexus: nexus).SenseCode.Should().Be(0x62900);
        }
    }

    private TestTask Send(ItNexus nexus, Action action, int type = 0, ulong key = 0, ulong actionKey = 0, byte flags = 0, byte[]? ports = null)
    {
        byte[] list = new byte[24 + (ports is null ? 0 : 4 + ports.Length)];
        BinaryPrimitives.WriteUInt64BigEndian(list, key);
        BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(8), actionKey);
        list[20] = flags;
        if (ports is not null)
        {
            BinaryPrimitives.WriteInt32BigEndian(list.AsSpan(24), ports.Length);
            ports.CopyTo(list, 28);
        }
        return Out(nexus, action, type, list);
    }

    private TestTask Out(ItNexus nexus, Action action, int type, byte[] list)
    {
        byte[] cdb = [0x5F, (byte)action, (byte)type, 0, 0, 0, 0, (byte)(list.Length >> 8), (byte)list.Length, 0];
        return _rig.Run(_rig.NewTask().Prepare(nexus, Lun.FromNumber(0), cdb, (uint)list.Length, dataIn: false, list, hasDataOut: true));
    }

    private void Good(ItNexus nexus, Action action, int type = 0, ulong key = 0, ulong actionKey = 0, byte flags = 0, byte[]? ports = null)
    {
        TestTask task = Send(nexus, action, type, key, actionKey, flags, ports);
        task.Status.Should().Be(ScsiStatus.Good, "{0} sense {1:x}", action, task.SenseCode);
    }

    private int Status(ItNexus nexus, params byte[] cdb)
    {
        TestTask task = _rig.Command(cdb, expect: 512, nexus: nexus);
        return task.Status == ScsiStatus.CheckCondition ? task.SenseCode : (int)task.Status;
    }

    private int Ready(ItNexus nexus) => Status(nexus, 0, 0, 0, 0, 0, 0);

    private int Reads(ItNexus nexus) => Status(nexus, Disk.Cdb10(0x28, 0, 1));

    private int Writes(ItNexus nexus) =>
        (int)_rig.Run(_rig.NewTask().Prepare(nexus, Lun.FromNumber(0), Disk.Cdb10(0x2A, 0, 1), 512, dataIn: false, new byte[512], hasDataOut: true)).Status;

    private string In(byte action, ItNexus? nexus = null) =>
        Convert.ToHexStringLower(_rig.Command([0x5E, action, 0, 0, 0, 0, 0, 1, 0, 0], expect: 256, nexus: nexus ?? _a).DataIn);

    [Theory]
    [InlineData(1, true, false, true, false)]
    [InlineData(3, false, false, false, false)]
    [InlineData(5, true, false, true, true)]
    [InlineData(6, false, false, true, true)]
    [InlineData(7, true, false, true, true)]
    [InlineData(8, false, false, true, true)]
    public void Each_type_allows_what_table_65_says(int type, bool strangerReads, bool strangerWrites, bool registrantReads, bool registrantWrites)
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Good(_b, Action.Register, actionKey: 0xB);
        Good(_a, Action.Reserve, type, key: 0xA);
        (Reads(_a), Writes(_a)).Should().Be((0, 0));
        (Reads(_b) == 0, Writes(_b) == 0).Should().Be((registrantReads, registrantWrites));
        (Reads(_c) == 0, Writes(_c) == 0).Should().Be((strangerReads, strangerWrites));
        Status(_c, 0x12, 0, 0, 0, 36, 0).Should().Be(0);
        Status(_c, 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0).Should().Be(0);
        Ready(_c).Should().Be(0);
        Status(_c, 0x1B, 0, 0, 0, 1, 0).Should().Be(0, "to start is allowed");
        Status(_c, 0x1B, 0, 0, 0, 0, 0).Should().Be(Conflict, "to stop is not");
        Status(_c, 0x1E, 0, 0, 0, 0, 0).Should().Be(0);
        Status(_c, 0x1E, 0, 0, 0, 1, 0).Should().Be(Conflict);
    }

    [Fact]
    public void Every_command_has_the_restriction_of_SPC4_and_SBC3()
    {
        string[] allowed =
        [
            "00", "03", "12", "25", "4D", "5E/00", "5E/01", "5E/02", "5E/03", "9E/10", "9E/13", "A3/05", "A3/0C", "A3/0D", "A3/0F",
        ];
        string[] reading = ["08", "1A", "1C", "28", "2F", "34", "37", "3C", "5A", "88", "8F", "90", "9B", "9E/12", "A8", "AF", "B7", "7F/09", "7F/0A"];
        string[] judgesItself = ["16", "17", "1B", "1E", "56", "57", "5F/00", "5F/01", "5F/02", "5F/03", "5F/04", "5F/05", "5F/06", "5F/07", "5F/08"];
        TestTask task = _rig.NewTask().Prepare(_a, Lun.FromNumber(0), new byte[32], 0, dataIn: false);
        foreach (CommandEntry entry in CommandTable.Entries)
        {
            string name = entry.OperationCode.ToString("X2") + (entry.HasServiceAction ? $"/{entry.ServiceAction:X2}" : "");
            if (entry.Command is null || judgesItself.Contains(name) || name.StartsWith("83") || name.StartsWith("84") || name is "A3/0A") continue;
            Restriction expected = allowed.Contains(name) ? Restriction.None : reading.Contains(name) ? Restriction.Reading : Restriction.Changing;
            entry.Command.RestrictionOf(task).Should().Be(expected, name);
        }
    }

    [Fact]
    public void A_register_with_the_wrong_key_is_a_conflict_and_changes_nothing()
    {
        Good(_a, Action.Register, actionKey: 0x11);
        Send(_a, Action.Register, key: 0x12, actionKey: 0x13).Status.Should().Be(ScsiStatus.ReservationConflict);
        Send(_b, Action.Register, key: 0x12, actionKey: 0x13).Status.Should().Be(ScsiStatus.ReservationConflict);
        In(0).Should().Be("00000001" + "00000008" + "0000000000000011");
        Good(_a, Action.RegisterAndIgnoreExistingKey, key: 0x99, actionKey: 0x14);
        In(0).Should().Be("00000002" + "00000008" + "0000000000000014");
        Good(_a, Action.Register, key: 0x14);
        In(0).Should().Be("00000003" + "00000000");
    }

    [Fact]
    public void A_release_tells_the_other_registrants_when_they_had_access()
    {
        foreach (int type in new[] { 1, 5 })
        {
            Good(_a, Action.RegisterAndIgnoreExistingKey, actionKey: 0xA);
            Good(_b, Action.RegisterAndIgnoreExistingKey, actionKey: 0xB);
            Good(_a, Action.Reserve, type, key: 0xA);
            In(1)[16..].Should().Be("000000000000000a" + "0000000000" + $"0{type}" + "0000");
            Send(_a, Action.Release, type + 2 == 7 ? 6 : 3, key: 0xA).SenseCode.Should().Be(0x52604);
            Good(_b, Action.Release, type, key: 0xB); // not the holder: nothing happens
            Writes(_c).Should().Be(Conflict);
            Good(_a, Action.Release, type, key: 0xA);
            Ready(_b).Should().Be(type == 5 ? 0x62A04 : 0);
            Writes(_c).Should().Be(0);
        }
    }

    [Fact]
    public void A_preempt_takes_reservation_and_registrations()
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Good(_b, Action.Register, actionKey: 0xB);
        Good(_c, Action.Register, actionKey: 0xB);
        Good(_b, Action.Reserve, 1, key: 0xB);
        Send(_a, Action.Preempt, 3, key: 0xA, actionKey: 0xD).Status.Should().Be(ScsiStatus.ReservationConflict, "nobody has that key");
        Send(_a, Action.Preempt, 3, key: 0xA, actionKey: 0).SenseCode.Should().Be(0x52600);
        Good(_a, Action.Preempt, 3, key: 0xA, actionKey: 0xB);
        Ready(_b).Should().Be(0x62A05);
        Ready(_c).Should().Be(0x62A05);
        In(1)[16..].Should().Be("000000000000000a" + "0000000000" + "03" + "0000");
        (Reads(_a), Reads(_b)).Should().Be((0, Conflict));
    }

    [Fact]
    public void A_preempt_and_abort_ends_when_the_commands_it_aborts_have()
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Good(_b, Action.Register, actionKey: 0xB);
        TestTask slow = _rig.NewTask();
        slow.LargestPiece = 1;
        slow.Prepare(_b, Lun.FromNumber(0), Disk.Cdb10(0x2A, 0, 1), 512, dataIn: false, new byte[512], hasDataOut: true);
        _rig.Router.Dispatch(slow);
        Good(_a, Action.PreemptAndAbort, 1, key: 0xA, actionKey: 0xB);
        slow.IsComplete.Should().BeTrue();
        slow.AbortReason.Should().Be(AbortReason.PreemptAndAbort);
        _disk.TaskSet.Count.Should().Be(0);
    }

    [Fact]
    public void A_preempt_with_ones_own_key_keeps_the_holders_registration_and_removes_anybody_elses()
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Good(_b, Action.Register, actionKey: 0xA);
        Good(_a, Action.Reserve, 1, key: 0xA);
        Good(_a, Action.Preempt, 3, key: 0xA, actionKey: 0xA); // SPC-5 5.14.11.2.4: the holder preempts itself, and whoever shares its key
        In(0).Should().StartWith("00000003" + "00000008" + "000000000000000a");
        In(1)[16..].Should().Be("000000000000000a" + "0000000000" + "03" + "0000");
        Ready(_b).Should().Be(0x62A05);

        Good(_b, Action.Register, actionKey: 0xB);
        Good(_b, Action.Preempt, 3, key: 0xB, actionKey: 0xB); // SPC-5 5.14.11.2.5: no holder has that key; the registration is removed
        In(0).Should().StartWith("00000005" + "00000008" + "000000000000000a");
        Ready(_b).Should().Be(0, "no unit attention for the one that asked");
        Good(_a, Action.Release, 3, key: 0xA);
        Good(_a, Action.Preempt, 3, key: 0xA, actionKey: 0xA);
        In(0).Should().StartWith("00000006" + "00000000");
        Ready(_a).Should().Be(0);
    }

    [Fact]
    public void A_preempt_and_abort_ends_the_ACA_condition_of_the_preempted()
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Good(_b, Action.Register, actionKey: 0xB);
        Status(_b, [0xFF, 0, 0, 0, 0, 0x04]).Should().Be(0x52000);
        byte[] bad = Disk.Cdb10(0x28, uint.MaxValue, 1);
        bad[9] = 0x04; // NACA
        Status(_b, bad).Should().Be(0x52100);
        Reads(_a).Should().Be((int)ScsiStatus.AcaActive);
        Send(_a, Action.Preempt, 1, key: 0xA, actionKey: 0xB).Status.Should().Be(ScsiStatus.AcaActive);
        Good(_a, Action.PreemptAndAbort, 1, key: 0xA, actionKey: 0xB);
        Reads(_a).Should().Be(0);
        Ready(_b).Should().Be(0x62A05);
    }

    [Fact]
    public void No_reservation_is_ever_lost_so_none_is_replaced()
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Send(_a, Action.ReplaceLostReservation, 1, actionKey: 0xB).SenseCode.Should().Be(0x52604, "INVALID RELEASE OF PERSISTENT RESERVATION");
        Send(_a, Action.ReplaceLostReservation, 2, actionKey: 0xB).SenseCode.Should().Be(0x52400);
        In(0).Should().StartWith("00000001" + "00000008" + "000000000000000a");
    }

    [Fact]
    public void A_clear_tells_the_other_registrants()
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Good(_b, Action.Register, actionKey: 0xB);
        Good(_a, Action.Reserve, 8, key: 0xA);
        Good(_b, Action.Clear, key: 0xB);
        Ready(_a).Should().Be(0x62A03);
        Ready(_b).Should().Be(0);
        In(0)[8..].Should().Be("00000000");
        Writes(_c).Should().Be(0);
    }

    [Fact]
    public void All_registrants_hold_the_reservation_until_the_last_one_goes()
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Good(_b, Action.Register, actionKey: 0xB);
        Good(_a, Action.Reserve, 7, key: 0xA);
        In(1)[16..].Should().Be("0000000000000000" + "0000000000" + "07" + "0000");
        Good(_a, Action.Register, key: 0xA);
        Writes(_a).Should().Be(Conflict);
        Writes(_b).Should().Be(0);
        Good(_b, Action.Register, key: 0xB);
        Writes(_c).Should().Be(0);
    }

    [Fact]
    public void A_holder_moves_its_reservation_to_an_initiator_that_need_not_be_there()
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Good(_a, Action.Reserve, 3, key: 0xA);
        byte[] list = [0, 0, 0, 0, 0, 0, 0, 0xA, 0, 0, 0, 0, 0, 0, 0, 0xD, 0, 0x02, 0, 1, 0, 0, 0, 24, .. TransportId(0xD)];
        Out(_a, Action.RegisterAndMove, 0, list).Status.Should().Be(ScsiStatus.Good);
        In(3)[16..].Should().Be("000000000000000d" + "00000000" + "0103" + "00000000" + "0001" + "00000018" + Convert.ToHexStringLower(TransportId(0xD)));
        Reads(_a).Should().Be(Conflict);
        ItNexus d = Nexus(0xD);
        _rig.Router.BeginNexus(d);
        Ready(d).Should().Be(0x62900);
        Reads(d).Should().Be(0);
    }

    [Fact]
    public void SPEC_I_PT_and_ALL_TG_PT_register_others_and_every_port()
    {
        Good(_a, Action.Register, actionKey: 0xA, flags: 0x0C, ports: [.. TransportId(0xB), .. TransportId(0xC)]);
        In(0)[8..16].Should().Be("00000018");
        In(3).Should().Contain("000000000000000a" + "00000000" + "0200" + "00000000" + "0000" + "00000018");
        Good(_a, Action.Reserve, 5, key: 0xA);
        Writes(_c).Should().Be(0);
        Send(_b, Action.Register, key: 0xA, actionKey: 0xB, flags: 0x08, ports: [.. TransportId(0xE)]).SenseCode.Should().Be(0x52600);
        Send(_b, Action.Register, key: 0xA, actionKey: 0xB, flags: 0x08, ports: [1, 2, 3]).SenseCode.Should().Be(0x52600);
        Send(_b, Action.Register, key: 0xA, actionKey: 0xB, ports: [.. TransportId(0xE)]).SenseCode.Should().Be(0x51A00);
    }

    [Fact]
    public void APTPL_outlives_a_power_loss_and_everything_else_does_not()
    {
        In(2).Should().Be("0008" + "1d80" + "ea01" + "0000");
        Good(_a, Action.Register, actionKey: 0xA, flags: 0x01);
        Good(_b, Action.Register, actionKey: 0xB, flags: 0x01);
        Good(_a, Action.Reserve, 1, key: 0xA);
        PowerOn();
        In(2).Should().Be("0008" + "1d81" + "ea01" + "0000");
        In(0).Should().Be("00000000" + "00000010" + "000000000000000a" + "000000000000000b");
        Writes(_b).Should().Be(Conflict);
        Writes(_a).Should().Be(0);
        Good(_b, Action.RegisterAndIgnoreExistingKey, actionKey: 0xB);
        PowerOn();
        In(0)[8..].Should().Be("00000000", "the last REGISTER had APTPL = 0");
        using BlockDevice volatileDisk = Disk.InMemory();
        _rig.Router.EndNexus(_a);
        _rig = new TargetRig(volatileDisk).Ready();
        _rig.Router.BeginNexus(_a);
        Ready(_a);
        Send(_a, Action.Register, actionKey: 0xA, flags: 0x01).SenseCode.Should().Be(0x52600, "there is no state file");
    }

    [Fact]
    public void RESERVE_keeps_others_out_until_release_nexus_loss_or_reset()
    {
        Status(_a, 0x16, 0, 0, 0, 0, 0).Should().Be(0);
        Ready(_b).Should().Be(Conflict);
        Status(_b, 0x12, 0, 0, 0, 36, 0).Should().Be(0);
        Status(_b, 0x56, 0, 0, 0, 0, 0, 0, 0, 0, 0).Should().Be(Conflict);
        Status(_b, 0x17, 0, 0, 0, 0, 0).Should().Be(0, "of another's reservation, nothing happens");
        Ready(_b).Should().Be(Conflict);
        Status(_a, 0x57, 0, 0, 0, 0, 0, 0, 0, 0, 0).Should().Be(0);
        Ready(_b).Should().Be(0);
        Status(_a, 0x16, 0, 0, 0, 0, 0).Should().Be(0);
        _rig.Router.EndNexus(_a);
        Ready(_b).Should().Be(0);
    }

    [Fact]
    public void RESERVE_and_RELEASE_have_no_effect_for_registrants()
    {
        Good(_a, Action.Register, actionKey: 0xA);
        Status(_a, 0x16, 0, 0, 0, 0, 0).Should().Be(0);
        Ready(_b).Should().Be(0);
        Status(_b, 0x16, 0, 0, 0, 0, 0).Should().Be(Conflict);
    }
}
