// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Replay.Conversation;

/// <summary>The exchanges that peers began and that are not compared yet. Bounded: of very many, the oldest is compared as it is.</summary>
internal sealed class OpenExchanges
{
    /// <summary>Open at once; an initiator has far fewer.</summary>
    public const int Capacity = 16384;

    private const ulong AbortSpace = 1ul << 62, FipSpace = 2ul << 62, StationSpace = 1ul << 61;

    private readonly Dictionary<ulong, ReplayExchange> _open = [];
    private readonly Stack<ReplayExchange> _idle = new();

    public int Count => _open.Count;

    /// <summary>The oldest of them.</summary>
    public ReplayExchange? Oldest => _open.Values.MinBy(static e => e.Number);

    /// <summary>By the frame that began them.</summary>
    public List<ReplayExchange> InOrder => [.. _open.Values.OrderBy(static e => e.Number)];

    /// <summary>An exchange by its originator's address in the capture, its responder and its OX_ID.</summary>
    public static ulong KeyOf(FcId originator, FcId responder, OxId oxId, bool isAbort) =>
        (isAbort ? AbortSpace : 0) | ((ulong)originator.Value << 24) | (responder.IsWellKnown ? (ulong)(responder.Value & 0xFF) << 16 : 0) | oxId.Value;

    /// <summary>FLOGI and FDISC come from a port without an address: by the MAC address of its station.</summary>
    public static ulong KeyOf(MacAddress station, OxId oxId) => StationSpace | ((station.Value & 0xFFFF_FFFF) << 16) | oxId.Value;

    /// <summary>A FIP request of a station.</summary>
    public static ulong KeyOf(MacAddress station, string name) => FipSpace | ((ulong)(byte)name[4] << 48) | (station.Value & 0xFFFF_FFFF_FFFF);

    public ReplayExchange? Find(ulong key) => _open.GetValueOrDefault(key);

    public ReplayExchange Begin(ulong key, ExchangeType type, string name, long number, long time, FcId originator, OxId oxId)
    {
        ReplayExchange exchange = _idle.Count > 0 ? _idle.Pop() : new ReplayExchange();
        exchange.Begin(key, type, name, number, time, originator, oxId);
        _open.Add(key, exchange);
        return exchange;
    }

    public void End(ReplayExchange exchange)
    {
        _open.Remove(exchange.Key);
        exchange.Clear();
        _idle.Push(exchange);
    }
}
