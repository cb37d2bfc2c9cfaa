using Sineta.Server.Hosting;
using Sineta.Testing;

namespace Sineta.Server.Tests.Hosting;

public sealed class ArgumentsTests
{
    [Theory]
    [InlineData]
    [InlineData("--urls", "http://localhost:8080")]
    [InlineData("--URLS=http://localhost:8080", "--environment", "Production")]
    [InlineData("--Sineta:DataDirectory=here", "--Delivery:RetrySchedule:0", "5")]
    [InlineData("/Sineta:DataDirectory=here", "/urls", "http://localhost:8080", "Delivery:NodeName=one")]
    [InlineData("--Logging:LogLevel:Default=Debug", "--Kestrel:Limits:MaxConcurrentConnections=9", "--http_ports=80")]
    [InlineData("--ConnectionStrings:Sineta", "Host=/tmp;Database=sineta", "--OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317")]
    public void Settings_are_taken(params string[] arguments) => Assert.Null(Arguments.Answer(arguments));

    [Theory]
    [InlineData("demoo is nothing that the server knows: --help shows what is.", "demoo")]
    [InlineData("--url is nothing that the server knows: --help shows what is.", "--url", "http://localhost:8080")]
    [InlineData("--Deliver:AllowHttp=true is nothing that the server knows: --help shows what is.", "--Deliver:AllowHttp=true")]
    [InlineData("-v is nothing that the server knows: --help shows what is.", "--urls", "http://localhost:8080", "-v")]
    [InlineData("port=80 is nothing that the server knows: --help shows what is.", "port=80")]
    [InlineData("--urls needs a value, as in --urls=VALUE.", "--urls")]
    [InlineData("--urls needs a value, as in --urls=VALUE.", "--urls", "--Sineta:DemoSchool=false")]
    public void What_would_be_passed_over_is_refused(string sentence, params string[] arguments) =>
        Assert.Equal(sentence, Assert.Throws<StartRefusedException>(() => Arguments.Answer(arguments)).Message);

    [Theory]
    [InlineData("--help", "--urls ")]
    [InlineData("-h", "--urls ")]
    [InlineData("--version", "0.1.0")]
    public async Task A_question_is_answered_and_no_server_runs(string question, string part)
    {
        await using var server = await ServerProcess.RunToEndAsync(
            new Dictionary<string, string>(), TestContext.Current.CancellationToken, question);
        Assert.Equal((0, ""), (server.ExitCode, server.Errors));
        Assert.Contains(part, server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Sineta is ready", server.Output, StringComparison.Ordinal);
    }
}
