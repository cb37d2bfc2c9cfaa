using System.Net;
using System.Net.Sockets;
using Npgsql;
using Sineta.Testing;

namespace Sineta.Server.Tests.Hosting;

/// <summary>What an operator can mend is told in one plain sentence on stderr, with a non-zero exit and no stack trace.</summary>
public sealed class StartRefusalTests(Postgres postgres) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_port_that_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://{taken.LocalEndpoint}";

        Assert.Equal(
            $"Failed to bind to address {address}: address already in use. Choose another with --urls.",
            await RefusalAsync(await OnDatabaseAsync(), "--urls", address));
    }

    [Fact]
    public async Task An_address_that_is_none() =>
        Assert.Equal("Invalid url: 'here'. Choose an address with --urls.", await RefusalAsync(await OnDatabaseAsync(), "--urls", "here"));

    [Theory]
    [InlineData("http://localhost:99999", "The port of an address is at most 65535: choose another with --urls.")]
    [InlineData(
        "ftp://localhost:1",
        "Unrecognized scheme in server address 'ftp://localhost:1'. Only 'http://' and 'https://' are supported. Choose an address with --urls.")]
    public async Task An_address_that_cannot_be_listened_on(string address, string sentence) =>
        Assert.Equal(sentence, await RefusalAsync(await OnDatabaseAsync(), "--urls", address));

    [Fact]
    public async Task An_address_of_another_machine() => Assert.Matches(
        @"^The address cannot be listened on \(.+\): choose another with --urls\.$",
        await RefusalAsync(await OnDatabaseAsync(), "--urls", "http://192.0.2.1:5080"));

    [Fact]
    public async Task A_data_folder_that_cannot_be_written()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", Stop);
        var sentence = await RefusalAsync(Setting("Sineta__DataDirectory", file));
        Assert.Matches($@"^The data folder {file} cannot be written \(.*\): name another in Sineta__DataDirectory\.$", sentence);
    }

    [Theory]
    [InlineData("nonsense", "ConnectionStrings__Sineta is not a connection string of Npgsql: ")]
    [InlineData("Host=127.0.0.1;Port=1", "The PostgreSQL of ConnectionStrings__Sineta cannot be reached: Failed to connect to 127.0.0.1:1")]
    public async Task A_wrong_connection_string(string connectionString, string beginning) =>
        Assert.StartsWith(beginning, await RefusalAsync(Setting("ConnectionStrings__Sineta", connectionString)), StringComparison.Ordinal);

    [Fact]
    public async Task A_database_that_does_not_exist()
    {
        var settings = await OnDatabaseAsync();
        var elsewhere = new NpgsqlConnectionStringBuilder(settings["ConnectionStrings__Sineta"]) { Database = "nowhere" };
        settings["ConnectionStrings__Sineta"] = elsewhere.ConnectionString;
        Assert.Equal(
            "The PostgreSQL of ConnectionStrings__Sineta cannot be reached: database \"nowhere\" does not exist",
            await RefusalAsync(settings));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("sixteen or more, but with blanks")]
    public async Task An_operators_key_that_is_none(string key)
    {
        var settings = await OnDatabaseAsync();
        settings["Sineta__OperatorKey"] = key;
        Assert.Equal("Sineta__OperatorKey must have 16 to 128 characters, and no blanks.", await RefusalAsync(settings));
    }

    [Fact]
    public async Task A_database_newer_than_the_program()
    {
        var settings = await OnDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(settings["ConnectionStrings__Sineta"]);
        await using var future = database.CreateCommand("""
            create table migrations (number int primary key, name text not null, applied_at timestamptz not null default now());
            insert into migrations (number, name) values (9999, '9999_future');
            """);
        await future.ExecuteNonQueryAsync(Stop);
        var sentence = await RefusalAsync(settings);
        Assert.StartsWith("The database is at migration 9999, and this program knows only ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_whose_secrets_were_encrypted_with_another_key()
    {
        var settings = await OnDatabaseAsync();
        await using (await ServerProcess.StartAsync(settings, Stop))
        {
        }

        settings["Sineta__SecretKey"] = Convert.ToBase64String(new byte[32]);
        var sentence = await RefusalAsync(settings);
        Assert.StartsWith("The secrets in this database were encrypted with another key", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_key_that_is_none()
    {
        var settings = await OnDatabaseAsync();
        settings["Sineta__SecretKey"] = "short";
        Assert.Equal("Sineta__SecretKey must be 32 bytes in base64, as openssl rand -base64 32 prints them.", await RefusalAsync(settings));
    }

    [Fact]
    public async Task A_data_folder_that_cannot_hold_the_secret_key()
    {
        var settings = await OnDatabaseAsync();
        settings["Sineta__DataDirectory"] = "/dev/null/data";
        Assert.StartsWith("The data folder /dev/null/data cannot be written (", await RefusalAsync(settings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_https_address_without_a_certificate() => Assert.Equal(
        "An https address needs a certificate: name its file in Kestrel__Certificates__Default__Path, or listen on http behind a proxy.",
        await RefusalAsync(await OnDatabaseAsync(), "--urls", "https://127.0.0.1:0"));

    [Fact]
    public async Task A_setting_of_another_type()
    {
        var settings = await OnDatabaseAsync();
        settings["Delivery__AllowHttp"] = "perhaps";
        Assert.Equal(
            "Failed to convert configuration value 'perhaps' at 'Delivery:AllowHttp' to type 'System.Boolean'.",
            await RefusalAsync(settings));
    }

    [Fact]
    public async Task A_value_of_a_list_that_is_of_another_type()
    {
        var settings = await OnDatabaseAsync();
        settings["Delivery__RetrySchedule__0"] = "abc";
        Assert.Equal(
            "Failed to convert configuration value 'abc' at 'Delivery:RetrySchedule:0' to type 'System.Int32'.",
            await RefusalAsync(settings));
    }

    [Theory]
    [InlineData("Delivery__AllowHtpp", "true", "Delivery:AllowHtpp is no setting; in Delivery there are AllowedNetworks, AllowHttp, ")]
    [InlineData("Sineta__DataDirectry", "x", "Sineta:DataDirectry is no setting; in Sineta there are DataDirectory, ")]
    [InlineData(
        "Delivery__RetrySchedule", "5,60",
        "Delivery:RetrySchedule is a list: give its values as Delivery:RetrySchedule:0, Delivery:RetrySchedule:1 and so on.")]
    [InlineData(
        "Logging__LogLevel__Default", "Loud",
        "Logging:LogLevel:Default is 'Loud', but must be one of Trace, Debug, Information, Warning, Error, Critical, None.")]
    [InlineData("Logging__Console__LogLevel__Npgsql", "Loud", "Logging:Console:LogLevel:Npgsql is 'Loud', but must be one of ")]
    public async Task A_setting_that_would_be_passed_over(string name, string value, string beginning)
    {
        var settings = await OnDatabaseAsync();
        settings[name] = value;
        Assert.StartsWith(beginning, await RefusalAsync(settings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_argument_that_is_none() => Assert.Equal(
        "--url is nothing that the server knows: --help shows what is.",
        await RefusalAsync(await OnDatabaseAsync(), "--url", "http://localhost:8080"));

    [Fact]
    public async Task A_setting_of_delivery_that_is_wrong()
    {
        var settings = await OnDatabaseAsync();
        settings["Delivery__AllowedNetworks__0"] = "everywhere";
        Assert.Equal("Delivery:AllowedNetworks: 'everywhere' is not a range such as 10.0.0.0/8.", await RefusalAsync(settings));
    }

    [Fact]
    public async Task A_proxy_that_is_none()
    {
        var settings = await OnDatabaseAsync();
        settings["Sineta__TrustedProxies__0"] = "the balancer";
        Assert.Equal("Sineta__TrustedProxies must be addresses or ranges such as 127.0.0.1 and 10.0.0.0/8.", await RefusalAsync(settings));
    }

    private async Task<Dictionary<string, string>> OnDatabaseAsync() => new()
    {
        ["ConnectionStrings__Sineta"] = await postgres.CreateDatabaseAsync(Stop),
        ["Sineta__DataDirectory"] = _folder.Path,
    };

    private static Dictionary<string, string> Setting(string name, string value) => new() { [name] = value };

    private static async Task<string> RefusalAsync(Dictionary<string, string> settings, params string[] arguments)
    {
        string[] all = arguments.Contains("--urls") ? arguments : ["--urls", "http://127.0.0.1:0", .. arguments];
        await using var server = await ServerProcess.RunToEndAsync(settings, Stop, all);
        Assert.Equal(1, server.ExitCode);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
        return Assert.Single(server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
