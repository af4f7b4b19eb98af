// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Contract;

/// <summary>The principal buffer's policy.</summary>
internal enum BufferPolicy : byte
{
    /// <summary>Records are printed at the switchrate; what finds no room is dropped and counted.</summary>
    Switch,

    /// <summary>Nothing is printed before the end, and tracing ends when the buffer is full.</summary>
    Fill,

    /// <summary>Nothing is printed before the end; new records take the place of the oldest.</summary>
    Ring,
}

/// <summary>The options of dtrace(1): <c>-x</c>, <c>#pragma D option</c>, setopt(). Not thread safe; set before the run, then by the consumer.</summary>
internal sealed class DOptions
{
    private const long Mega = 1 << 20;

    /// <summary><c>-q</c>: only what the program prints.</summary>
    public bool Quiet { get; set; }

    /// <summary>What happens to records that find the buffer full, and when they are printed.</summary>
    public BufferPolicy BufPolicy { get; set; }

    /// <summary>Bytes of records that may wait for the consumer.</summary>
    public long BufSize { get; set; } = 4 * Mega;

    /// <summary>Bytes of aggregations between two snapshots.</summary>
    public long AggSize { get; set; } = 4 * Mega;

    /// <summary>Bytes of associative arrays and thread-local variables.</summary>
    public long DynVarSize { get; set; } = Mega;

    /// <summary>Bytes of a string with its NUL.</summary>
    public int StrSize { get; set; } = 256;

    /// <summary>Speculations that may be active at a time.</summary>
    public int NSpec { get; set; } = 1;

    /// <summary>Bytes of records a speculation may hold.</summary>
    public long SpecSize { get; set; } = 32 * 1024;

    public TimeSpan SwitchRate { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan AggRate { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan StatusRate { get; set; } = TimeSpan.FromSeconds(1);

    public bool AggSortRev { get; set; }

    public bool AggSortKey { get; set; }

    public int AggSortPos { get; set; }

    public int AggSortKeyPos { get; set; }

    /// <summary>Height of the bars relative to the tallest one instead of to the sum.</summary>
    public bool AggZoom { get; set; }

    /// <summary>Byte ranges are dumped even if they look like text.</summary>
    public bool RawBytes { get; set; }

    /// <summary>Macro arguments not given are 0 and "".</summary>
    public bool DefaultArgs { get; set; }

    /// <summary>Messages of the compiler have their libdtrace names before them.</summary>
    public bool ErrTags { get; set; }

    /// <summary><c>-Z</c>: descriptions that match no probes are permitted.</summary>
    public bool ZDefs { get; set; }

    /// <summary><c>-w</c>: accepted, although no destructive action exists here.</summary>
    public bool Destructive { get; set; }

    /// <summary>What the consumer says of sizes that were asked for but are not given.</summary>
    public List<string> Lowered { get; } = [];

    /// <summary>Sets an option from text, as <c>-x name=value</c> (value null: <c>-x name</c>).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Sizes take k m g t, rates take ns us ms s m h d hz; a bare rate is in nanoseconds.</param>
    /// <param name="whileRunning">Given by setopt(): only what may still change is accepted.</param>
    /// <returns>Null, or DTrace's words: <c>Invalid option name</c>, <c>Invalid value for specified option</c>, ...</returns>
    public string? Set(string name, string? value, bool whileRunning = false) => DOptionTable.Set(this, name, value, whileRunning);
}
