// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>When a file of JSON lines is turned over: FILE becomes FILE.1, FILE.1 becomes FILE.2 and so on; the oldest goes.</summary>
/// <param name="Size">Bytes a file has at most; a file ends with a whole line.</param>
/// <param name="Count">Files there are at most, the one that is written included: 1 or more.</param>
public sealed record JsonLinesRotation(long Size, int Count);
