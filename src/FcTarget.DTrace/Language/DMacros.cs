// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Language;

/// <summary>Values of <c>$1</c>, <c>$$1</c>, <c>$pid</c> and their like.</summary>
internal sealed class DMacros
{
    private readonly IReadOnlyList<string> _arguments;
    private readonly HashSet<int> _used = [];
    private readonly Dictionary<string, long> _variables;

    /// <param name="scriptName">What <c>$0</c> is.</param>
    /// <param name="arguments"><c>$1</c> and on.</param>
    public DMacros(string scriptName, IReadOnlyList<string> arguments)
    {
        ScriptName = scriptName;
        _arguments = arguments;
        _variables = new Dictionary<string, long>
        {
            ["pid"] = Environment.ProcessId,
            ["target"] = Environment.ProcessId,
            ["ppid"] = DProcess.ParentId,
            ["pgid"] = DProcess.GroupId,
            ["sid"] = DProcess.SessionId,
            ["uid"] = DProcess.UserId,
            ["euid"] = DProcess.UserId,
            ["gid"] = DProcess.UserGroupId,
            ["egid"] = DProcess.UserGroupId,
            ["projid"] = 0,
            ["taskid"] = 0,
            ["zoneid"] = 0,
        };
    }

    public string ScriptName { get; }

    /// <summary>The text of <c>$n</c>; null if there is none.</summary>
    public string? Argument(int number)
    {
        if (number == 0) return ScriptName;
        if (number < 0 || number > _arguments.Count) return null;
        _used.Add(number);
        return _arguments[number - 1];
    }

    public bool TryVariable(string name, out long value) => _variables.TryGetValue(name, out value);

    /// <summary>The first argument that the program did not mention, or 0: an extra argument is an error.</summary>
    public int FirstUnused()
    {
        for (int n = _arguments.Count; n >= 1; n--)
            if (!_used.Contains(n)) return n;
        return 0;
    }

    public string Text(int number) => _arguments[number - 1];
}
