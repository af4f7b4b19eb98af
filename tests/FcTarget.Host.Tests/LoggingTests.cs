// SPDX-License-Identifier: MIT

using System.Reflection;
using FcTarget.Formats;
using FcTarget.Host.Logging;
using Microsoft.Extensions.Logging;

namespace FcTarget.Host.Tests;

public sealed class LoggingTests
{
    private readonly List<string> _entries = [];

    [Fact]
    public void Every_message_has_an_event_id_of_its_own()
    {
        int[] ids = [.. typeof(TargetLog).GetMethods().Select(m => m.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().Select(a => a.EventId)];

        ids.Should().NotBeEmpty().And.OnlyHaveUniqueItems().And.NotContain(0);
    }

    [Fact]
    public void A_fault_that_comes_again_and_again_is_logged_ever_more_seldom()
    {
        PortLog log = new(new ListLogger(_entries), "fct0");

        for (int i = 0; i < 1000; i++) log.OnFault(new InvalidOperationException("bug"));

        _entries.Should().HaveCount(10); // 1, 2, 4 ... 512
        _entries[^1].Should().StartWith("fct0 fault 512");
    }

    [Fact]
    public void The_first_address_completes_the_start_and_each_is_logged()
    {
        PortLog log = new(new ListLogger(_entries), "fct0");
        log.Address.IsCompleted.Should().BeFalse();

        log.OnAddress(new FcId(0x000102u));
        log.OnAddress(FcId.None);
        log.OnAddress(new FcId(0x000103u));

        log.Address.IsCompletedSuccessfully.Should().BeTrue();
        _entries.Should().Equal("fct0 has N_Port_ID 000102", "fct0 has lost its N_Port_ID", "fct0 has N_Port_ID 000103");
    }

    [Fact]
    public void What_a_port_gives_up_when_it_departs_is_not_lost()
    {
        PortLog log = new(new ListLogger(_entries), "fct0");

        log.OnAddress(new FcId(0x000102u));
        log.IsDeparting = true;
        log.OnAddress(FcId.None);

        _entries.Should().Equal("fct0 has N_Port_ID 000102", "fct0 has given back its N_Port_ID");
    }

    private sealed class ListLogger(List<string> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Add(formatter(state, exception));
    }
}
