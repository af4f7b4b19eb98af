// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;

namespace FcTarget.Decode;

/// <summary>
/// The exchanges under way in a capture, by originator, responder and OX_ID. Bounded: with very many open, the oldest is forgotten and
/// counts as unanswered.
/// </summary>
internal sealed class ExchangeTracker
{
    public const int Capacity = 65536;

    private const int EndedPlaces = 4096; // a power of two

    private readonly Dictionary<ulong, Exchange> _open = [];
    private readonly Queue<(ulong Key, long Number)> _byAge = new();
    private readonly Stack<Exchange> _idle = new();
    private readonly (ulong Key, string Name, int OperationCode, int Lun)[] _ended = new (ulong, string, int, int)[EndedPlaces];

    /// <summary>Exchanges that were given up without an answer.</summary>
    public long Unanswered { get; private set; }

    /// <summary>Those still open that wait for an answer.</summary>
    public IEnumerable<Exchange> Open => _open.Values.Where(exchange => !exchange.IsRefused).OrderBy(exchange => exchange.Number);

    /// <summary>The exchange a frame belongs to; null when its beginning is not in the capture.</summary>
    /// <param name="header">FC header.</param>
    /// <param name="host">MAC address of the ENode, for exchanges with the F_Port controller: they begin without an N_Port_ID.</param>
    public Exchange? Find(in FcHeader header, MacAddress host) => _open.GetValueOrDefault(KeyOf(header, host));

    /// <summary>What an exchange was that is over: FCP_CONF, and an FCP_RSP that SRR asked for, come then. False: not known, or not any more.</summary>
    public bool TryFindEnded(in FcHeader header, MacAddress host, out string name, out int operationCode, out int lun)
    {
        ulong key = KeyOf(header, host);
        (ulong found, name, operationCode, lun) = _ended[PlaceOf(key)];
        return found == key && name is { Length: > 0 };
    }

    /// <summary>A request opens an exchange. An exchange of the same identity that is still open got no answer.</summary>
    public Exchange Begin(in FcHeader header, MacAddress host, long number, long time, out Exchange? replaced)
    {
        ulong key = KeyOf(header, host);
        replaced = null;
        if (_open.Remove(key, out Exchange? old))
        {
            replaced = old;
            if (!old.IsRefused) Unanswered++;
        }
        while (_open.Count >= Capacity && _byAge.TryDequeue(out (ulong Key, long Number) oldest))
        {
            if (!_open.TryGetValue(oldest.Key, out Exchange? aged) || aged.Number != oldest.Number) continue;
            End(aged);
            if (!aged.IsRefused) Unanswered++;
        }
        Exchange exchange = _idle.Count > 0 ? _idle.Pop() : new Exchange();
        exchange.Begin(key, number, time);
        _open.Add(key, exchange);
        _byAge.Enqueue((key, number));
        if (_byAge.Count > 4 * Capacity) Tidy();
        return exchange;
    }

    /// <summary>The exchange is over. Its object is used again for the next.</summary>
    public void End(Exchange exchange)
    {
        if (!_open.Remove(exchange.Key)) return;
        _ended[PlaceOf(exchange.Key)] = (exchange.Key, exchange.Name, exchange.OperationCode, exchange.Lun);
        _idle.Push(exchange);
    }

    private static int PlaceOf(ulong key) => (int)((key * 0x9E37_79B9_7F4A_7C15) >> 52);

    private void Tidy()
    {
        for (int left = _byAge.Count; left > 0; left--)
        {
            (ulong Key, long Number) next = _byAge.Dequeue();
            if (_open.TryGetValue(next.Key, out Exchange? exchange) && exchange.Number == next.Number) _byAge.Enqueue(next);
        }
    }

    /// <summary>24 bits originator, 24 bits responder, 16 bits OX_ID.</summary>
    private static ulong KeyOf(in FcHeader header, MacAddress host)
    {
        bool fromResponder = (header.FCtl & FCtl.ExchangeResponder) != 0;
        ulong originator = fromResponder ? header.DId.Value : header.SId.Value, responder = fromResponder ? header.SId.Value : header.DId.Value;
        // FLOGI is sent from 000000 and answered to the address it assigns.
        if (responder == FcId.FPortController.Value) originator = host.Value & 0xFFFFFF;
        return (originator << 40) | (responder << 16) | header.OxId.Value;
    }
}

/// <summary>One exchange.</summary>
internal sealed class Exchange
{
    private readonly Sequence[] _lastOf = new Sequence[2]; // of the originator, of the responder

    public ulong Key { get; private set; }

    /// <summary>The frame that began it.</summary>
    public long Number { get; private set; }

    public long Time { get; private set; }

    public string Name = "";

    /// <summary>The target did not take its request: there will be no answer.</summary>
    public bool IsRefused;
    public int OperationCode;
    public int Lun;
    public uint DataLength;
    public long Bytes;

    public void Begin(ulong key, long number, long time)
    {
        Key = key;
        Number = number;
        Time = time;
        Name = "";
        IsRefused = false;
        OperationCode = Lun = -1;
        DataLength = 0;
        Bytes = 0;
        _lastOf.AsSpan().Clear();
    }

    /// <summary>Follows SEQ_ID and SEQ_CNT of one direction. Returns how many frames are missing before this one; -1: it came before.</summary>
    public int Follow(in FcHeader header)
    {
        ref Sequence last = ref _lastOf[(header.FCtl & FCtl.ExchangeResponder) != 0 ? 1 : 0];
        int missing = 0;
        if (last.Any && last.SeqId == header.SeqId)
        {
            int step = (short)(header.SeqCnt - last.SeqCnt);
            if (step <= 0) return -1;
            missing = step - 1;
        }
        last = new Sequence(true, header.SeqId, header.SeqCnt);
        return missing;
    }

    private readonly record struct Sequence(bool Any, byte SeqId, ushort SeqCnt);
}
