// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Scsi;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.TestKit;

public sealed partial class TestHost
{
    /// <summary>Logical units that REPORT LUNS has room for.</summary>
    private const int LunsAsked = 512;

    private static readonly byte[] TestUnitReady = new byte[6];

    private readonly Dictionary<(Wwn Target, int Lun), int> _blockSizes = [];

    // ---- blocks ---------------------------------------------------------------------------------------------------

    /// <summary>READ.</summary>
    /// <param name="lba">The first block.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="lun">Of which logical unit.</param>
    /// <param name="from">Through which target port; null: the only one there is.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ConversationException">It did not end with GOOD and all the data.</exception>
    public byte[] Reads(ulong lba, int blocks, int lun = 0, TestTargetPort? from = null)
    {
        byte[] data = new byte[blocks * BlockSize(lun, from)];
        byte[] cdb = new byte[BlockCdb.MaxLength];
        int length = BlockCdb.Read(cdb, lba, (uint)blocks);
        ScsiResult result = Run(NewCommand(RemoteOf(from), lun, cdb.AsSpan(0, length), data, default));
        return result.IsGood && result.BytesMoved == data.Length ? data
            : throw _fabric.Failure($"{Name} reads {blocks} blocks from LBA {lba} of LUN {lun}: {result}, {result.BytesMoved} bytes");
    }

    /// <summary>WRITE.</summary>
    /// <param name="lba">The first block.</param>
    /// <param name="data">A multiple of the block size.</param>
    /// <param name="lun">Of which logical unit.</param>
    /// <param name="to">Through which target port; null: the only one there is.</param>
    /// <exception cref="ConversationException">It did not end with GOOD.</exception>
    public void Writes(ulong lba, ReadOnlyMemory<byte> data, int lun = 0, TestTargetPort? to = null)
    {
        int size = BlockSize(lun, to);
        if (data.Length % size != 0) throw new ArgumentException($"{data.Length} bytes are not a multiple of the block size, {size}.", nameof(data));
        byte[] cdb = new byte[BlockCdb.MaxLength];
        int length = BlockCdb.Write(cdb, lba, (uint)(data.Length / size));
        ScsiResult result = Run(NewCommand(RemoteOf(to), lun, cdb.AsSpan(0, length), default, data));
        if (!result.IsGood) throw _fabric.Failure($"{Name} writes {data.Length} bytes to LBA {lba} of LUN {lun}: {result}");
    }

    // ---- any command ----------------------------------------------------------------------------------------------

    /// <summary>Any command, to its end.</summary>
    /// <param name="cdb">Up to 32 bytes.</param>
    /// <param name="dataIn">Where read data goes; its length is FCP_DL.</param>
    /// <param name="dataOut">The data to write; its length is FCP_DL.</param>
    /// <param name="lun">To which logical unit.</param>
    /// <param name="target">Through which target port; null: the only one there is.</param>
    /// <param name="attribute">Task attribute.</param>
    public ScsiResult Executes(
        ReadOnlySpan<byte> cdb, Memory<byte> dataIn = default, ReadOnlyMemory<byte> dataOut = default, int lun = 0, TestTargetPort? target = null,
        TaskAttribute attribute = TaskAttribute.Simple) => Run(NewCommand(RemoteOf(target), lun, cdb, dataIn, dataOut, attribute));

    /// <summary>Sends a command and returns at once; <see cref="Ends"/> waits for its end, <see cref="Aborts"/> aborts it.</summary>
    /// <inheritdoc cref="Executes"/>
    public InitiatorCommand Begins(
        ReadOnlySpan<byte> cdb, Memory<byte> dataIn = default, ReadOnlyMemory<byte> dataOut = default, int lun = 0, TestTargetPort? target = null,
        TaskAttribute attribute = TaskAttribute.Simple)
    {
        InitiatorCommand command = NewCommand(RemoteOf(target), lun, cdb, dataIn, dataOut, attribute);
        Initiator.Submit(command);
        _fabric.Advance(TimeSpan.Zero);
        return command;
    }

    /// <summary>Lets time pass until a command is over.</summary>
    public ScsiResult Ends(InitiatorCommand command)
    {
        // Its own time-out and two-fold recovery by ABTS are over long before.
        TimeSpan limit = command.Timeout + TimeSpan.FromMinutes(2);
        _fabric.RunUntil(() => command.Outcome != InitiatorOutcome.None, $"a command of {Name} ends", limit);
        return ScsiResult.Of(command);
    }

    /// <summary>Aborts a command (ABTS) and lets time pass until it is over.</summary>
    public ScsiResult Aborts(InitiatorCommand command)
    {
        Initiator.Abort(command);
        return Ends(command);
    }

    /// <summary>A task management function, to its end; <see cref="ScsiResult.RspCode"/> says what came of it.</summary>
    public ScsiResult Manages(FcpTaskManagementFlags function, int lun = 0, TestTargetPort? target = null)
    {
        InitiatorCommand command = NewCommand(RemoteOf(target), lun, default, default, default);
        command.TaskManagement = function;
        return Run(command);
    }

    /// <summary>The logical units that REPORT LUNS names.</summary>
    /// <exception cref="ConversationException">It did not end with GOOD.</exception>
    public IReadOnlyList<int> Luns(TestTargetPort? target = null) => LunsOf(RemoteOf(target));

    // ---- raw frames -----------------------------------------------------------------------------------------------

    /// <summary>Puts an FC frame of this host on the wire as it is. What comes back goes to the host like any other frame.</summary>
    /// <param name="header">Its S_ID and D_ID are filled in where they are 0: from this host to the target.</param>
    /// <param name="payload">Up to 2112 bytes.</param>
    /// <param name="target">Null: the only one there is.</param>
    public void SendsFrame(FcHeader header, ReadOnlySpan<byte> payload, TestTargetPort? target = null)
    {
        if (header.SId == FcId.None) header.SId = Id;
        if (header.DId == FcId.None) header.DId = RemoteOf(target).Id;
        SendsBytes(FrameWriter.Encapsulate(_fabric.Wire.Mac, MacAddress.Fpma(MacAddress.DefaultFcMap, Id), header, payload));
    }

    /// <summary>Puts an Ethernet frame on the wire as it is.</summary>
    public void SendsBytes(ReadOnlySpan<byte> frame)
    {
        SentRawFrames = true;
        if (!Wire.TryGetTransmitSlot(out Span<byte> slot)) throw _fabric.Failure($"the transmit ring of {Name} is full");
        frame.CopyTo(slot);
        Wire.Commit(frame.Length);
        Wire.Flush();
        _fabric.Advance(TimeSpan.Zero);
    }

    /// <summary>Then answers may come that its initiator has not asked for.</summary>
    internal bool SentRawFrames { get; private set; }

    // ---- how ------------------------------------------------------------------------------------------------------

    private static InitiatorCommand NewCommand(
        RemotePort target, int lun, ReadOnlySpan<byte> cdb, Memory<byte> dataIn, ReadOnlyMemory<byte> dataOut, TaskAttribute attribute = TaskAttribute.Simple) => new()
        {
            Target = target,
            Lun = Lun.FromNumber(lun),
            Cdb = cdb,
            DataIn = dataIn,
            DataOut = dataOut,
            Attribute = attribute,
        };

    private ScsiResult Run(InitiatorCommand command)
    {
        Initiator.Submit(command);
        return Ends(command);
    }

    private int[] LunsOf(RemotePort target)
    {
        byte[] cdb = new byte[BlockCdb.MaxLength], data = new byte[ReportLunsData.LengthOf(LunsAsked)];
        int length = BlockCdb.ReportLuns(cdb, (uint)data.Length);
        ScsiResult result = Run(NewCommand(target, 0, cdb.AsSpan(0, length), data, default));
        if (!result.IsGood || result.BytesMoved < ReportLunsData.HeaderLength) throw _fabric.Failure($"{Name}: REPORT LUNS: {result}");
        int[] luns = new int[((int)result.BytesMoved - ReportLunsData.HeaderLength) / ReportLunsData.EntryLength];
        for (int i = 0; i < luns.Length; i++) new Lun(ReadUInt64BigEndian(data.AsSpan(ReportLunsData.LengthOf(i)))).TryGetNumber(out luns[i]);
        return luns;
    }

    /// <summary>Asked for once, by READ CAPACITY(16).</summary>
    private int BlockSize(int lun, TestTargetPort? target)
    {
        RemotePort remote = RemoteOf(target);
        if (_blockSizes.TryGetValue((remote.PortName, lun), out int known)) return known;
        byte[] cdb = new byte[BlockCdb.MaxLength], data = new byte[ReadCapacityData.Length16];
        int length = BlockCdb.ReadCapacity16(cdb, (uint)data.Length);
        ScsiResult result = Run(NewCommand(remote, lun, cdb.AsSpan(0, length), data, default));
        if (!result.IsGood || result.BytesMoved < 12) throw _fabric.Failure($"{Name}: READ CAPACITY(16) of LUN {lun}: {result}");
        return _blockSizes[(remote.PortName, lun)] = (int)ReadUInt32BigEndian(data.AsSpan(8));
    }
}
