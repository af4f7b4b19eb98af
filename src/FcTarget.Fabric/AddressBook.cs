// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Fabric;

/// <summary>
/// Which N_Port_ID belongs to which N_Port_Name: the same one as long as there is room for all. When there is none, the address that was
/// not in use for longest goes to the newcomer. Area and port of the first address are 00h and 01h, then they count up.
/// </summary>
internal sealed class AddressBook
{
    private readonly Dictionary<Wwn, Entry> _entries = [];
    private readonly int _max;
    private readonly uint _domain;
    private int _next = 1;
    private long _clock;

    /// <param name="domain">Domain_ID: bits 23 to 16 of every address.</param>
    /// <param name="max">How many addresses there are: 1 to 65535.</param>
    /// <param name="kept">Addresses of an earlier life; those that do not fit are left out.</param>
    public AddressBook(byte domain, int max, IEnumerable<KeyValuePair<Wwn, FcId>> kept)
    {
        _domain = (uint)domain << 16;
        _max = max;
        HashSet<int> taken = [];
        foreach ((Wwn name, FcId id) in kept)
        {
            int number = (ushort)id.Value;
            if (number < 1 || number > max || !taken.Add(number) || !_entries.TryAdd(name, new Entry(number))) continue;
            _next = Math.Max(_next, number + 1);
        }
    }

    /// <summary>Every address that belongs to somebody, whether logged in or not.</summary>
    public IEnumerable<KeyValuePair<Wwn, FcId>> All => _entries.Select(e => KeyValuePair.Create(e.Key, IdOf(e.Value)));

    /// <summary>Gives a name its address. False: all are in use.</summary>
    /// <param name="name">Who logs in.</param>
    /// <param name="inUse">Whether a name is logged in, so that its address cannot go to another.</param>
    /// <param name="id">The address.</param>
    /// <param name="news">What happened to the book.</param>
    public bool TryAssign(Wwn name, Predicate<Wwn> inUse, out FcId id, out AddressNews news)
    {
        news = AddressNews.None;
        if (!_entries.TryGetValue(name, out Entry? entry))
        {
            if (FreeNumber(inUse, ref news) is not { } number)
            {
                id = FcId.None;
                return false;
            }
            entry = new Entry(number);
            _entries.Add(name, entry);
        }
        entry.LastUse = ++_clock;
        id = IdOf(entry);
        return true;
    }

    private int? FreeNumber(Predicate<Wwn> inUse, ref AddressNews news)
    {
        news = AddressNews.Assigned;
        if (_next <= _max) return _next++;
        KeyValuePair<Wwn, Entry> oldest = default;
        foreach (KeyValuePair<Wwn, Entry> e in _entries)
            if ((oldest.Value is null || e.Value.LastUse < oldest.Value.LastUse) && !inUse(e.Key)) oldest = e;
        if (oldest.Value is null)
        {
            // A book that was read with gaps has numbers left below the highest.
            return Enumerable.Range(1, _max).Except(_entries.Values.Select(e => e.Number)).Cast<int?>().FirstOrDefault();
        }
        news = AddressNews.Recycled;
        _entries.Remove(oldest.Key);
        return oldest.Value.Number;
    }

    private FcId IdOf(Entry entry) => new(_domain | (uint)entry.Number);

    private sealed class Entry(int number)
    {
        public int Number { get; } = number;

        public long LastUse { get; set; }
    }
}

/// <summary>What an assignment did to the address book.</summary>
internal enum AddressNews : byte
{
    /// <summary>The name has had its address before.</summary>
    None,

    /// <summary>An address that nobody had.</summary>
    Assigned,

    /// <summary>An address that another name had.</summary>
    Recycled,
}
