namespace Sineta.Cli.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task All_five_events_arrive_verified_and_exactly_as_sent()
    {
        var demo = await DemoAsync("Sineta.Server.dll");

        Assert.Equal("", demo.Errors);
        Assert.Equal(0, demo.ExitCode);
        Assert.Equal(5, demo.Output.Split('\n').Count(line => line.Contains("bytes exactly as sent", StringComparison.Ordinal)));
        Assert.Contains("5 of 5 events arrived", demo.Output, StringComparison.Ordinal);
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
