// SPDX-License-Identifier: MIT

using FcTarget.Host.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace FcTarget.Host.Serving;

/// <summary>The host of <c>fctarget run</c>: configuration, options, logging and the one service.</summary>
internal static class TargetHost
{
    /// <summary>Serves until a signal comes. The result is the exit code.</summary>
    /// <param name="file">The configuration file that was asked for, or null.</param>
    /// <param name="commandLine">What the command line gave, by key.</param>
    /// <param name="stop">A signal came; it may have come already.</param>
    public static async Task<int> RunAsync(string? file, IEnumerable<KeyValuePair<string, string?>> commandLine, CancellationToken stop)
    {
        using IHost host = Build(file, commandLine);
        if (stop.IsCancellationRequested) return ExitCodes.Success;
        await host.StartAsync(CancellationToken.None); // a start is not stopped half way: a moment later it has peers to log out of
        using CancellationTokenRegistration signals = stop.Register(host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);
        await host.WaitForShutdownAsync(CancellationToken.None);
        return host.Services.GetRequiredService<TargetService>().HasFailed ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static IHost Build(string? file, IEnumerable<KeyValuePair<string, string?>> commandLine)
    {
        ConfigurationBuilder layers = new();
        SettingsLayers.AddTo(layers, file, commandLine);
        IConfigurationRoot configuration = layers.Build();
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddOptions<TargetSettings>()
            .Configure(settings => SettingsLayers.Read(configuration, settings))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<TargetSettings>, TargetSettingsValidator>();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton<TargetService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TargetService>());
        bool verbose = bool.TryParse(configuration[nameof(TargetSettings.Verbose)], out bool wanted) && wanted;
        builder.Logging.SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.None) // a start that fails is reported once, by us, in one line
            .AddSimpleConsole(format =>
            {
                format.SingleLine = true;
                format.TimestampFormat = "HH:mm:ss.fff ";
                format.ColorBehavior = LoggerColorBehavior.Default;
            });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return builder.Build();
    }
}
