// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Tests;

/// <summary>json(): values by path, their text as it stands.</summary>
public sealed class JsonTests
{
    private const string Text = """
        { "lun": 3, "name" : "disk \"a\"\u0041", "list": [ 1, -2.5e3, { "deep": [[7, 8], "x"] } ], "on": true, "none": null, "lun": 4, "o": {} }
        """;

    [Theory]
    [InlineData("lun", "3")]
    [InlineData("name", "disk \\\"a\\\"\\u0041")]
    [InlineData("list[1]", "-2.5e3")]
    [InlineData("list[2].deep[0][1]", "8")]
    [InlineData("list[2].deep[1]", "x")]
    [InlineData("list[2].deep", "[[7, 8], \"x\"]")]
    [InlineData("on", "true")]
    [InlineData("none", "null")]
    [InlineData("o", "{}")]
    [InlineData("list[3]", null)]
    [InlineData("list.x", null)]
    [InlineData("lun.x", null)]
    [InlineData("missing", null)]
    [InlineData("", null)]
    public void A_value_is_found_by_its_path(string path, string? expected) => Find(Text, path).Should().Be(expected);

    [Theory]
    [InlineData("[10, [20, 30]]", "[1][0]", "20")]
    [InlineData("{\"a\":tru}", "a", null)]
    [InlineData("{\"a\":1", "a", "1")]
    [InlineData("{\"a\" 1}", "a", null)]
    [InlineData("{\"a\":\"open", "a", null)]
    [InlineData("{\"a\":{\"b\":1}", "a", "{\"b\":1}")]
    [InlineData("{\"a\":{\"b\":1", "a", null)]
    [InlineData("17", "a", null)]
    [InlineData("", "a", null)]
    public void Text_that_is_not_JSON_ends_the_search(string json, string path, string? expected) => Find(json, path).Should().Be(expected);

    [Fact]
    public void It_is_a_function_of_D()
    {
        FiringRig.Text("json(\"{\\\"a\\\": {\\\"b\\\": \\\"found\\\"}}\", \"a.b\")").Should().Be("found");
        FiringRig.Integer("json(\"{}\", \"a\") == NULL").Should().Be(1);
        FiringRig.Refusal("BEGIN { trace(json(\"{}\")); }").Should().EndWith("json( ) prototype mismatch: 1 arg passed, 2 expected");
    }

    /// <summary>Any bytes, any path: an answer or none, in time that grows with the text and no faster.</summary>
    [Fact]
    public void Hostile_text_is_walked_once()
    {
        Random random = new(5);
        const string Alphabet = "{}[]\",:\\ 0-9truefalsn.eEu";
        for (int i = 0; i < 20_000; i++)
        {
            string json = new([.. Enumerable.Range(0, random.Next(60)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            string path = new([.. Enumerable.Range(0, random.Next(6)).Select(_ => "ab.[]01"[random.Next(7)])]);
            Find(json, path);
        }
        Find(new string('[', 60_000), string.Concat(Enumerable.Repeat("[0]", 20_000))).Should().BeNull();
    }

    private static string? Find(string json, string path) =>
        JsonPath.TryFind(Encoding.UTF8.GetBytes(json), Encoding.UTF8.GetBytes(path), out ReadOnlySpan<byte> value) ? Encoding.UTF8.GetString(value) : null;
}
