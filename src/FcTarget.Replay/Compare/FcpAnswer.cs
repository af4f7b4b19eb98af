// SPDX-License-Identifier: MIT

using System.Buffers;
using FcTarget.Formats.Fcp;

namespace FcTarget.Replay.Compare;

/// <summary>What one of the two targets answered to an FCP_CMND, frame by frame. Objects and buffers are used again.</summary>
internal sealed class FcpAnswer
{
    /// <summary>Data of one exchange that is kept for comparing, in bytes: 16 MiB. Of what is beyond, digests are kept.</summary>
    public const int MostData = 16 << 20;

    private readonly byte[] _sense = new byte[256];
    private readonly List<(uint Offset, uint Length, long Frame)> _pieces = [];
    private readonly List<(uint Offset, uint Length)> _bursts = [];
    private readonly PieceDigests _beyond = new();
    private byte[] _data = [];
    private int _senseLength;

    /// <summary>Bytes of data up to the highest offset, at most <see cref="MostData"/>.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of data in frames; less than <see cref="Length"/> when some are missing.</summary>
    public long Received { get; private set; }

    /// <summary>Data beyond <see cref="MostData"/>.</summary>
    public PieceDigests Beyond => _beyond;

    /// <summary>Data beyond <see cref="MostData"/> came out of order: it is not compared.</summary>
    public bool IsTooLong { get; private set; }

    public bool HasRsp { get; private set; }

    public FcpRspHeader Rsp { get; private set; }

    /// <summary>RSP_CODE; null without FCP_RSP_INFO.</summary>
    public FcpRspCode? Code { get; private set; }

    /// <summary>The frame of FCP_RSP.</summary>
    public long RspFrame { get; private set; }

    public ReadOnlySpan<byte> Sense => _sense.AsSpan(0, _senseLength);

    public ReadOnlySpan<byte> Data => _data.AsSpan(0, Length);

    /// <summary>What FCP_XFER_RDY asked for.</summary>
    public List<(uint Offset, uint Length)> Bursts => _bursts;

    public bool IsEmpty => !HasRsp && Received == 0 && _bursts.Count == 0;

    public void Clear()
    {
        if (_data.Length > 0) ArrayPool<byte>.Shared.Return(_data);
        _data = [];
        _pieces.Clear();
        _bursts.Clear();
        _beyond.Clear();
        _senseLength = Length = 0;
        Received = RspFrame = 0;
        IsTooLong = HasRsp = false;
        Rsp = default;
        Code = null;
    }

    public void AddData(uint offset, ReadOnlySpan<byte> data, long frame)
    {
        if (offset + (long)data.Length > MostData)
        {
            int kept = (int)Math.Max(0, MostData - (long)offset);
            if (MostData + _beyond.Length == offset + (long)kept) _beyond.Add(data[kept..]);
            else IsTooLong = true;
            if (kept == 0) return;
            data = data[..kept];
        }
        int end = (int)offset + data.Length;
        if (end > _data.Length) Grow(end);
        if ((int)offset > Length) _data.AsSpan(Length, (int)offset - Length).Clear();
        data.CopyTo(_data.AsSpan((int)offset));
        Length = Math.Max(Length, end);
        Received += data.Length;
        if (frame != 0) _pieces.Add((offset, (uint)data.Length, frame));
    }

    /// <summary>FCP_RSP. False when it cannot be read.</summary>
    public bool TryEnd(ReadOnlySpan<byte> payload, long frame)
    {
        if (FcpRsp.TryRead(payload, out FcpRsp rsp) != FcpRspError.None) return false;
        HasRsp = true;
        Rsp = rsp.Header;
        Code = rsp.Code;
        RspFrame = frame;
        _senseLength = Math.Min(rsp.Sense.Length, _sense.Length);
        rsp.Sense[.._senseLength].CopyTo(_sense);
        return true;
    }

    /// <summary>
    /// Fills what is missing of the data - frames that the capture has lost - with that of another answer. Only of an answer that says all of it
    /// was sent. False when nothing is missing.
    /// </summary>
    public bool TryFill(FcpAnswer other, out int missing)
    {
        bool isWhole = HasRsp && Rsp.Status == 0
            && ((Rsp.Flags & FcpRspFlags.ResidUnder) == 0 || ((other.Rsp.Flags & FcpRspFlags.ResidUnder) != 0 && Rsp.Resid == other.Rsp.Resid));
        int length = isWhole ? Math.Max(Length, other.Length) : Length;
        missing = length - (int)Math.Min(Received, length);
        if (missing == 0) return false;
        if (length > _data.Length) Grow(length);
        int end = 0;
        foreach ((uint offset, uint size, _) in _pieces.Order().Append(((uint)length, 0u, 0L)))
        {
            if (offset > end && end < other.Length) other.Data[end..(int)Math.Min(offset, other.Length)].CopyTo(_data.AsSpan(end));
            end = Math.Max(end, (int)(offset + size));
        }
        Length = Math.Max(Length, Math.Min(length, Math.Max(end, other.Length)));
        return true;
    }

    /// <summary>The frame that carried a byte of the data; 0 when none did.</summary>
    public long FrameOf(int at)
    {
        foreach ((uint offset, uint length, long frame) in _pieces)
            if (at >= offset && at - offset < length) return frame;
        return 0;
    }

    private void Grow(int length)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, Math.Min(2 * _data.Length, MostData)));
        Data.CopyTo(larger);
        if (_data.Length > 0) ArrayPool<byte>.Shared.Return(_data);
        _data = larger;
    }
}
