// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Replay.Conversation;

/// <summary>
/// The RX_IDs that our target gave to commands that are over: an initiator that has not got the FCP_RSP asks about them by REC, and for it by SRR
/// (FCP-4). The last one of each originator and OX_ID, as far as there is room.
/// </summary>
internal sealed class EndedExchanges
{
    private const int Places = 16384;

    private readonly (ulong Key, RxId OurRxId)[] _ended = new (ulong, RxId)[Places];

    /// <summary>A command is over.</summary>
    /// <param name="key">Its key among the <see cref="OpenExchanges"/>.</param>
    /// <param name="ourRxId">The RX_ID that our target gave it.</param>
    public void Add(ulong key, RxId ourRxId) => PlaceOf(key) = (key, ourRxId);

    /// <summary>Whether a command of this key was the last one in its place, and its RX_ID.</summary>
    public bool TryFind(ulong key, out RxId ourRxId)
    {
        ref (ulong Key, RxId OurRxId) place = ref PlaceOf(key);
        ourRxId = place.OurRxId;
        return place.Key == key && key != 0;
    }

    private ref (ulong Key, RxId OurRxId) PlaceOf(ulong key) => ref _ended[(key * 0x9E37_79B9_7F4A_7C15) >> 50];
}
