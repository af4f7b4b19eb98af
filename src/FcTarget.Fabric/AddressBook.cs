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
    private readonly LinkedList<Entry> _unused = []; // the one unused for longest first
    private readonly Queue<int> _gaps = new();       // numbers below _next that are nobody's
    private readonly int _max;
    private readonly uint _domain;
    private int _next = 1;

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
            if (number < 1 || number > max || _entries.ContainsKey(name) || !taken.Add(number)) continue;
            Entry entry = new(name, number);
            _entries.Add(name, entry);
            _unused.AddLast(entry.Place);
            _next = Math.Max(_next, number + 1);
        }
        for (int number = 1; number < _next; number++)
            if (!taken.Contains(number)) _gaps.Enqueue(number);
    }

    /// <summary>Every address that belongs to somebody, whether logged in or not.</summary>
    public IEnumerable<KeyValuePair<Wwn, FcId>> All => _entries.Values.Select(e => KeyValuePair.Create(e.Name, IdOf(e)));

    /// <summary>Gives a name its address, which is in use until <see cref="Release"/>. False: all are in use.</summary>
    /// <param name="name">Who logs in.</param>
    /// <param name="id">The address.</param>
    /// <param name="news">What happened to the book.</param>
    public bool TryAssign(Wwn name, out FcId id, out AddressNews news)
    {
        news = AddressNews.None;
        if (!_entries.TryGetValue(name, out Entry? entry))
        {
            if (FreeNumber(ref news) is not { } number)
            {
                id = FcId.None;
                return false;
            }
            entry = new Entry(name, number);
            _entries.Add(name, entry);
        }
        if (entry.Place.List is not null) _unused.Remove(entry.Place);
        id = IdOf(entry);
        return true;
    }

    /// <summary>The name is not logged in any more. Its address stays its own as long as there are others.</summary>
    public void Release(Wwn name)
    {
        if (_entries.TryGetValue(name, out Entry? entry) && entry.Place.List is null) _unused.AddLast(entry.Place);
    }

    private int? FreeNumber(ref AddressNews news)
    {
        news = AddressNews.Assigned;
        if (_next <= _max) return _next++;
        if (_gaps.TryDequeue(out int gap)) return gap; // a book that was read with gaps
        if (_unused.First is not { Value: Entry oldest }) return null;
        news = AddressNews.Recycled;
        _unused.RemoveFirst();
        _entries.Remove(oldest.Name);
        return oldest.Number;
    }

    private FcId IdOf(Entry entry) => new(_domain | (uint)entry.Number);

    private sealed class Entry
    {
        public Entry(Wwn name, int number)
        {
            Name = name;
            Number = number;
            Place = new LinkedListNode<Entry>(this);
        }

        public Wwn Name { get; }

        public int Number { get; }

        /// <summary>In the list of those that are not in use, or in none.</summary>
        public LinkedListNode<Entry> Place { get; }
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
