// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;
using static FcTarget.LogicalUnits.Tests.ThirdPartyCopy;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>EXTENDED COPY whose source or destination does not do its part (SPC-4 5.17.4.3): which one, of which segment, and what it said.</summary>
public sealed class CopyFaultTests : IDisposable
{
    private const string WriteProtected = "700007000000000a00000000270000000000", NotPresent = "700002000000000a000000003a0000000000";

    private readonly LogicalUnitFactory _factory = new();
    private readonly BlockDevice _good, _bad, _unseen;
    private readonly TargetRig _rig;
    private readonly ItNexus _other = TargetRig.NewNexus("2000000000000002");

    public CopyFaultTests()
    {
        _good = _factory.Create(LuSpec.Parse("memory:1M"));
        _bad = _factory.Create(LuSpec.Parse("memory:1M,removable"));
        _unseen = _factory.Create(LuSpec.Parse("memory:1M"));
        _rig = new TargetRig(_good, _bad).Ready();
        foreach (int lun in (int[])[0, 1]) _rig.Out(Disk.Cdb10(0x2A, 0, 1), Disk.Pattern(512), lun: lun).Status.Should().Be(ScsiStatus.Good);
        _rig.Router.BeginNexus(_other);
        for (int lun = 0; lun < 2; lun++) _rig.Command(new byte[6], lun: lun, nexus: _other);
    }

    public void Dispose() => _factory.Dispose();

    /// <summary>A segment within the good unit, then one between the two.</summary>
    private TestTask Copy(bool fromBad, BlockDevice? bad = null)
    {
        byte source = (byte)(fromBad ? 1 : 0), destination = (byte)(fromBad ? 0 : 1);
        byte[] list = Lid1(1, [Cscd(_good), Cscd(bad ?? _bad)], Segment(0, 0, 1, 0, 9), Segment(source, destination, 1, 0, 10));
        TestTask task = _rig.Out(Disk.Cdb16(0x83, 0, (uint)list.Length), list);
        bool moved = _rig.Command(Disk.Cdb10(0x28, 9, 1), 512).DataIn.ContainsAnyExcept((byte)0);
        moved.Should().Be(task.Status == ScsiStatus.Good, "what can be known before is looked at before the first segment");
        return task;
    }

    private static string Sense(TestTask task) => Convert.ToHexStringLower(task.SenseData);

    /// <summary>Fixed format: COPY ABORTED, THIRD PARTY DEVICE FAILURE; segment 1; the answer behind, told of by the first or the second byte.</summary>
    private static string Failure(bool inDestination, string answer) =>
        $"70000a00000000{10 + (answer.Length / 2):x2}" + (inDestination ? "00120001" : "12000001") + "0d0100" + (inDestination ? "a00006" : "a00004") + answer;

    [Fact]
    public void One_that_is_write_protected_is_a_source_and_no_destination()
    {
        using BlockDevice readOnly = _factory.Create(LuSpec.Parse("memory:1M,ro"));
        _rig.Router.Luns.Add(2, readOnly);
        _rig.Command(new byte[6]).SenseCode.Should().Be(0x63F0E);
        _rig.Command(new byte[6], lun: 1).SenseCode.Should().Be(0x63F0E);
        Sense(Copy(fromBad: false, readOnly)).Should().Be(Failure(inDestination: true, "02" + WriteProtected));
        Copy(fromBad: true, readOnly).Status.Should().Be(ScsiStatus.Good);
        _rig.Router.Luns.Remove(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_without_its_medium_says_so(bool fromBad)
    {
        _rig.Command([0x1B, 0, 0, 0, 0x02, 0], lun: 1).Status.Should().Be(ScsiStatus.Good);
        Sense(Copy(fromBad)).Should().Be(Failure(!fromBad, "02" + NotPresent));
    }

    [Theory]
    [InlineData(false, 0x05)] // WRITE EXCLUSIVE, REGISTRANTS ONLY
    [InlineData(true, 0x06)]  // EXCLUSIVE ACCESS, REGISTRANTS ONLY
    public void One_that_another_has_reserved_ends_in_RESERVATION_CONFLICT_which_has_no_sense_data(bool fromBad, byte type)
    {
        Reserve(0x00, 0x00, 1);
        Reserve(0x01, type, 0);
        Sense(Copy(fromBad)).Should().Be(Failure(!fromBad, "18"));

        void Reserve(byte action, byte typeOf, byte newKey)
        {
            byte[] list = new byte[24];
            list[7] = (byte)(action == 0 ? 0 : 1);
            list[15] = newKey;
            byte[] cdb = [0x5F, action, typeOf, 0, 0, 0, 0, 0, 24, 0];
            _rig.Run(_rig.NewTask().Prepare(_other, Lun.FromNumber(1), cdb, 24, dataIn: false, list, hasDataOut: true)).Status.Should().Be(ScsiStatus.Good);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_that_the_initiator_does_not_see_is_not_reachable_whoever_else_sees_it(bool fromBad)
    {
        Copy(fromBad, _unseen).SenseCode.Should().Be(0xA0D02);
        Sense(Copy(fromBad, _unseen)).Should().Be("70000a000000000a000000010d0200" + (fromBad ? "a00004" : "a00006"));
        _rig.Router.Luns.Remove(1);
        _rig.Command(new byte[6]).SenseCode.Should().Be(0x63F0E);
        Copy(fromBad).SenseCode.Should().Be(0xA0D02, "its view entry is gone, or it is offline");
    }

    [Fact]
    public void Descriptor_format_forwards_the_sense_data()
    {
        _rig.Command([0x1B, 0, 0, 0, 0x02, 0], lun: 1).Status.Should().Be(ScsiStatus.Good);
        _rig.Out([0x15, 0x10, 0, 0, 16, 0], (byte[])[0, 0, 0, 0, 0x0A, 10, 4, 0x10, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0]).Status.Should().Be(ScsiStatus.Good); // D_SENSE
        Sense(Copy(fromBad: false)).Should().Be(
            "720a0d0100000020" + "010a0000" + "0000000000000001" + "02060000" + "a0000600" + "0c0a0202" + "72023a0000000000");
    }
}
