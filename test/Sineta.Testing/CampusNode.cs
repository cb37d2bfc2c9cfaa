using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Sineta.Delivery;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning;
using Sineta.Learning.People;

namespace Sineta.Testing;

/// <summary>
/// The campus without the server, with an institution of its own and a clock that stands until it is moved. Events are stored, and nobody
/// delivers them: nothing that runs by itself is started.
/// </summary>
public sealed class CampusNode : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 15, 0, 0, TimeSpan.Zero);
    private readonly IHost _host;
    private int _users;

    private CampusNode(IHost host, ManualTime time, Institution institution) => (_host, Time, Institution) = (host, time, institution);

    /// <summary>Stands at noon of 10 March 2026 in São Paulo, unless the test began elsewhere.</summary>
    public ManualTime Time { get; }

    public Institution Institution { get; }

    public NpgsqlDataSource Database => Get<NpgsqlDataSource>();

    /// <summary>A campus in the database that all tests of the assembly share, each under an institution of its own.</summary>
    public static async Task<CampusNode> StartAsync(
        Postgres postgres, CancellationToken cancellationToken, DateTimeOffset? at = null, string timeZone = InstitutionClock.DefaultZone) =>
        await StartOnAsync(await postgres.SharedDatabaseAsync(cancellationToken), at ?? Start, timeZone, cancellationToken);

    /// <summary>A campus in a database of its own, for what goes over all institutions.</summary>
    public static async Task<CampusNode> StartAloneAsync(
        Postgres postgres, CancellationToken cancellationToken, DateTimeOffset? at = null, string timeZone = InstitutionClock.DefaultZone) =>
        await StartOnAsync(await postgres.CreateDatabaseAsync(cancellationToken), at ?? Start, timeZone, cancellationToken);

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Another institution on the same campus.</summary>
    public async Task<Institution> AddInstitutionAsync(CancellationToken cancellationToken, string timeZone = InstitutionClock.DefaultZone) =>
        (await Get<InstitutionStore>().CreateAsync("Escola", timeZone, cancellationToken)).Key.Institution;

    /// <summary>Moves the clock on to a moment.</summary>
    public void MoveTo(DateTimeOffset moment) => Time.Advance(moment - Time.GetUtcNow());

    public async Task<School> AddSchoolAsync(CancellationToken cancellationToken, params long[] managerIds) =>
        Made(await Get<SchoolStore>().CreateAsync(
            Institution, new SchoolDraft { Name = "Escola de Ofícios", ManagerIds = managerIds }, cancellationToken));

    public async Task<User> AddUserAsync(CancellationToken cancellationToken, string name = "Ana Souza", string role = "learner")
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"pessoa{Interlocked.Increment(ref _users)}@example.com");
        var draft = new UserDraft { Name = name, Email = email, Cpf = "529.982.247-25", Role = role };
        return Made(await Get<UserStore>().RegisterAsync(Institution, draft, cancellationToken));
    }

    /// <summary>What a change made, which the test takes for granted.</summary>
    public static T Made<T>(Change<T> change) => change is Change<T>.Made made ? made.Value : throw new InvalidOperationException(change.ToString());

    /// <summary>The institution's events, in the order in which receivers get them.</summary>
    public async Task<IReadOnlyList<ToldEvent>> EventsAsync(CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand(
            "select slug, dedupe_key, learner, source, correlation, occurred_at, body from events where institution_id = $1 order by id");
        command.Parameters.AddWithValue(Institution.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<ToldEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new ToldEvent(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<byte[]>(6)));
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _host.Dispose();
    }

    private static async Task<CampusNode> StartOnAsync(
        string connectionString, DateTimeOffset at, string timeZone, CancellationToken cancellationToken)
    {
        var time = new ManualTime(at);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(
            logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true));
        builder.Services.AddSingleton(Sineta.Delivery.Storage.Database.Connect(connectionString));
        builder.Services.AddSingleton(HistoryDatabase.Connect(connectionString));
        builder.Services.AddSingleton(new SecretVault(new byte[32]));
        builder.Services.AddSingleton(Options.Create(DeliveryNode.LoopbackOptions));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSinetaDelivery();
        builder.Services.AddSinetaLearning();

        // Events lie by the day of their id: whatever day the campus has, they get today's.
        builder.Services.AddSingleton(new IdGenerator(TimeProvider.System));
        builder.Services.AddSingleton(services => new Partitions(services.GetRequiredService<NpgsqlDataSource>(), TimeProvider.System));
        var host = builder.Build();
        await host.Services.PrepareSinetaDeliveryAsync(cancellationToken);
        var made = await host.Services.GetRequiredService<InstitutionStore>().CreateAsync("Escola", timeZone, cancellationToken);
        return new CampusNode(host, time, made.Key.Institution);
    }
}

/// <summary>An event as it was told.</summary>
public sealed record ToldEvent(
    string Slug, string DedupeKey, string Learner, string? Source, string Correlation, DateTimeOffset OccurredAt, byte[] Body)
{
    /// <summary>What it says, <c>data</c> of its body.</summary>
    public JsonElement Data => JsonElement.Parse(Body).GetProperty("data");
}
