// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Port.Tests;

public sealed class ExchangeTableTests
{
    private sealed class Slot(int index) : IResponderExchange
    {
        public int Index => index;

        public bool IsOpen { get; private set; }

        public FcId Originator { get; private set; }

        public OxId OxId { get; private set; }

        public RxId RxId { get; private set; }

        public void Identify(FcId originator, OxId oxId, RxId rxId) => (IsOpen, Originator, OxId, RxId) = (true, originator, oxId, rxId);

        public void Forget() => IsOpen = false;
    }

    private static readonly FcId Peer = new(0x010203u);

    private static OxId Ox(int value) => new((ushort)value);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4095)]
    [InlineData(4096)]
    public void A_full_table_opens_no_more_and_gives_every_RX_ID_once(int capacity)
    {
        ExchangeTable<Slot> table = new(capacity, i => new Slot(i));
        HashSet<ushort> rxIds = [];
        for (int i = 0; i < capacity; i++) rxIds.Add(table.TryOpen(Peer, Ox(i))!.RxId.Value).Should().BeTrue();
        table.TryOpen(Peer, Ox(60000)).Should().BeNull();
        table.OpenCount.Should().Be(capacity);
        for (int i = 0; i < capacity; i++)
        {
            Slot found = table.Find(Peer, Ox(i))!;
            table.Find(found.RxId, Peer, Ox(i)).Should().BeSameAs(found);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public void RX_ID_FFFF_is_never_given(int capacity)
    {
        ExchangeTable<Slot> table = new(capacity, i => new Slot(i));
        for (int round = 0; round < (capacity == 1 ? 100_000 : 40); round++)
        {
            List<Slot> open = [];
            while (table.TryOpen(Peer, Ox(open.Count)) is { } slot)
            {
                slot.RxId.Should().NotBe(RxId.Unassigned);
                open.Add(slot);
            }
            open.ForEach(table.Close);
        }
    }

    [Fact]
    public void The_next_exchange_in_a_slot_has_another_RX_ID()
    {
        ExchangeTable<Slot> table = new(4096, i => new Slot(i));
        Slot slot = table.TryOpen(Peer, Ox(1))!;
        RxId before = slot.RxId;
        table.Close(slot);
        table.TryOpen(Peer, Ox(1)).Should().BeSameAs(slot);
        slot.RxId.Should().NotBe(before);
        table.Find(before, Peer, Ox(1)).Should().BeNull();
    }

    [Fact]
    public void A_wrong_originator_or_OX_ID_finds_nothing()
    {
        ExchangeTable<Slot> table = new(8, i => new Slot(i));
        Slot slot = table.TryOpen(Peer, Ox(1))!;
        table.Find(slot.RxId, new FcId(0x010204u), Ox(1)).Should().BeNull();
        table.Find(slot.RxId, Peer, Ox(2)).Should().BeNull();
        table.Find(new FcId(0x010204u), Ox(1)).Should().BeNull();
        table.Find(RxId.Unassigned, Peer, Ox(1)).Should().BeNull();
        table.Find(Peer, Ox(1), RxId.Unassigned).Should().BeSameAs(slot);
    }

    [Fact]
    public void Any_opening_and_closing_does_as_a_dictionary_would() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Originator, byte Ox, bool Close)[]>(), steps =>
    {
        ExchangeTable<Slot> table = new(13, i => new Slot(i));
        Dictionary<(uint, ushort), Slot> model = [];
        foreach ((byte originator, byte ox, bool close) in steps)
        {
            (uint, ushort) key = (originator % 3u, (ushort)(ox % 16));
            FcId from = new(key.Item1);
            OxId oxId = new(key.Item2);
            if (close && model.Remove(key, out Slot? gone)) table.Close(gone);
            else if (!close && !model.ContainsKey(key))
            {
                Slot? slot = table.TryOpen(from, oxId);
                if ((slot is null) != (model.Count == 13)) return false;
                if (slot is not null) model.Add(key, slot);
            }
            if (table.OpenCount != model.Count) return false;
            if (table.Find(from, oxId) != model.GetValueOrDefault(key)) return false;
            if (model.Values.Any(s => table.Find(s.RxId, s.Originator, s.OxId) != s)) return false;
        }
        return true;
    }).QuickCheckThrowOnFailure();
}
