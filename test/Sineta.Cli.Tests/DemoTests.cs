using Sineta.Events;

namespace Sineta.Cli.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task What_learners_do_arrives_verified_as_the_five_events_exactly_as_on_record()
    {
        var demo = await DemoAsync("Sineta.Server.dll");

        Assert.Equal("", demo.Errors);
        Assert.Equal(0, demo.ExitCode);
        Assert.Equal(10, demo.Output.Split('\n').Count(line => line.Contains("verified, exactly as on record", StringComparison.Ordinal)));
        Assert.Contains("10 of 10 events arrived", demo.Output, StringComparison.Ordinal);
        foreach (var slug in EventTypes.All.Select(type => type.Slug))
            Assert.Contains(slug, demo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_start_is_told_in_its_own_words()
    {
        var demo = await DemoAsync("sineta.dll");

        Assert.Equal(1, demo.ExitCode);
        Assert.Contains("sineta.dll ended: ", demo.Errors, StringComparison.Ordinal);
    }

    private static Task<CommandLine.Result> DemoAsync(string server) =>
        CommandLine.RunAsync("demo", "--server-program", Beside(server), "--receiver-program", Beside("Sineta.Sample.Receiver.dll"));

    private static string Beside(string program) => Path.Combine(AppContext.BaseDirectory, program);
}
