// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Tests;

public sealed class DynamicVariablesTests
{
    [Fact]
    public void Elements_behave_as_those_of_a_dictionary_that_forgets_zeros()
    {
        using DynamicVariables variables = new(1 << 20, keyBytes: 40, valueBytes: 8);
        Dictionary<string, long> model = [];
        Random random = new(7);
        for (int i = 0; i < 50_000; i++)
        {
            string key = new('k', random.Next(30));
            key += random.Next(500);
            long value = random.Next(3) == 0 ? 0 : random.NextInt64();
            variables.Set(Encoding.UTF8.GetBytes(key), value);
            model[key] = value;
            string asked = new string('k', random.Next(30)) + random.Next(500);
            variables.Get(Encoding.UTF8.GetBytes(asked)).Should().Be(model.GetValueOrDefault(asked));
        }
        variables.TakeDrops().Should().Be(0);
    }

    [Fact]
    public void Capacity_is_what_the_size_gives_and_zeros_make_room_again()
    {
        using DynamicVariables variables = new(4096, keyBytes: 8, valueBytes: 8);
        int capacity = variables.Capacity;
        for (long i = 0; i < capacity + 5; i++) variables.Set(BitConverter.GetBytes(i), i + 1);
        variables.TakeDrops().Should().Be(5);
        variables.Set(BitConverter.GetBytes(0L), 0);
        variables.Set(BitConverter.GetBytes(1000L), 9);
        variables.Get(BitConverter.GetBytes(1000L)).Should().Be(9);
        variables.Get(BitConverter.GetBytes(0L)).Should().Be(0);
        variables.TakeDrops().Should().Be(0);
    }

    [Fact]
    public void Strings_are_kept_whole()
    {
        using DynamicVariables variables = new(64 * 1024, keyBytes: 8, valueBytes: 16);
        variables.Set([1], "hello\0"u8, isZero: false);
        byte[] copy = new byte[16];
        variables.Get([1], copy);
        Encoding.UTF8.GetString(copy, 0, 5).Should().Be("hello");
        variables.Set([1], default, isZero: true);
        variables.Get([1], copy);
        copy.Should().OnlyContain(b => b == 0);
    }
}
