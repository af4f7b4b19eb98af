// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf.Configuration;

/// <summary>Why an administrative change is refused.</summary>
public enum StmfError
{
    /// <summary>A name or value that cannot be.</summary>
    Invalid,

    /// <summary>What the change is about does not exist.</summary>
    NotFound,

    /// <summary>It exists already.</summary>
    Exists,

    /// <summary>A view entry refers to it.</summary>
    InUse,

    /// <summary>It contradicts a view entry or a group that exists.</summary>
    Conflict,

    /// <summary>The change could not be made durable and has not been made.</summary>
    NotStored,
}

/// <summary>An administrative change was refused and nothing has changed; the message is a sentence for the operator.</summary>
public sealed class StmfException(StmfError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public StmfError Error => error;
}
