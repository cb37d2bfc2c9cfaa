using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sineta.Delivery.Institutions;

namespace Sineta.Delivery.Endpoints;

/// <summary>
/// What this node knows of institutions, keys and endpoints: all of it, in memory, as of <see cref="Version"/>. Every write of events checks
/// that version inside its transaction, so an event is matched with exactly the endpoints that were committed when its write began,
/// whichever node changed them.
/// </summary>
public sealed class Configuration(ConfigurationStore store) : IDisposable
{
    private readonly ConcurrentDictionary<long, Institution> _institutions = new();
    private readonly ConcurrentDictionary<Guid, ApiKey> _keys = new();
    private readonly ConcurrentDictionary<string, ApiKey>.AlternateLookup<ReadOnlySpan<char>> _keysByHash =
        new ConcurrentDictionary<string, ApiKey>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    private readonly ConcurrentDictionary<long, InstitutionEndpoints> _endpoints = new();
    private readonly SemaphoreSlim _refreshing = new(1);
    private long _version;

    /// <summary>The last change this node has seen.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Raised with each endpoint that a refresh brought, deleted ones too.</summary>
    public event Action<Endpoint>? EndpointChanged;

    public Institution? FindInstitution(long id) => _institutions.GetValueOrDefault(id);

    public Endpoint? FindEndpoint(long institutionId, Guid id) => _endpoints.GetValueOrDefault(institutionId)?.Find(id);

    /// <summary>All endpoints of all institutions.</summary>
    public IEnumerable<Endpoint> Endpoints => _endpoints.Values.SelectMany(static e => e.All);

    public IReadOnlyCollection<Endpoint> EndpointsOf(long institutionId) => _endpoints.GetValueOrDefault(institutionId)?.All ?? [];

    /// <summary>The endpoints that get an event of this type, whether they are sent to now or hold it.</summary>
    public IReadOnlyList<Endpoint> Matching(long institutionId, string slug) => _endpoints.GetValueOrDefault(institutionId)?.Matching(slug) ?? [];

    /// <summary>The key behind a bearer token, unless it is unknown or revoked.</summary>
    public ApiKey? FindKey(ReadOnlySpan<char> token)
    {
        if (token.Length > 128)
            return null;
        Span<byte> utf8 = stackalloc byte[512];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<char> hex = stackalloc char[SHA256.HashSizeInBytes * 2];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(token, utf8)], hash);
        Convert.TryToHexString(hash, hex, out _);
        return _keysByHash.TryGetValue(hex, out var key) ? key : null;
    }

    /// <summary>Whether there is such a key that is not revoked.</summary>
    public bool HasKey(Guid id) => _keys.ContainsKey(id);

    /// <summary>Brings in what was committed before this call.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var changes = await store.ChangesSinceAsync(Version, cancellationToken);
            foreach (var institution in changes.Institutions)
                _institutions[institution.Id] = institution;
            foreach (var key in changes.Keys)
                Apply(key);
            foreach (var endpoint in changes.Endpoints)
                _endpoints.GetOrAdd(endpoint.InstitutionId, static _ => new InstitutionEndpoints()).Apply(endpoint);
            Volatile.Write(ref _version, changes.Version);
            foreach (var endpoint in changes.Endpoints)
                EndpointChanged?.Invoke(endpoint);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Returns when this node knows the change that was committed as <paramref name="version"/>.</summary>
    public async Task CatchUpAsync(long version, CancellationToken cancellationToken)
    {
        while (Version < version)
            await RefreshAsync(cancellationToken);
    }

    public void Dispose() => _refreshing.Dispose();

    private void Apply(KeyRow row)
    {
        var hash = Convert.ToHexString(row.Hash);
        if (row.RevokedAt is null)
        {
            var key = new ApiKey(_institutions[row.InstitutionId], row.Id, row.Name, row.Hint, row.Scopes, row.CreatedAt);
            _keys[row.Id] = key;
            _keysByHash.Dictionary[hash] = key;
        }
        else
        {
            _keys.TryRemove(row.Id, out _);
            _keysByHash.Dictionary.TryRemove(hash, out _);
        }
    }

    /// <summary>One institution's endpoints, with the answer to "who takes this slug?" kept until one of them changes.</summary>
    private sealed class InstitutionEndpoints
    {
        private readonly ConcurrentDictionary<Guid, Endpoint> _byId = new();
        private ConcurrentDictionary<string, Endpoint[]> _bySlug = new(StringComparer.Ordinal);

        public IReadOnlyCollection<Endpoint> All => [.. _byId.Values];

        public Endpoint? Find(Guid id) => _byId.GetValueOrDefault(id);

        public Endpoint[] Matching(string slug) =>
            _bySlug.GetOrAdd(slug, static (wanted, all) => [.. all.Values.Where(e => e.Takes(wanted)).OrderBy(e => e.Id)], _byId);

        public void Apply(Endpoint endpoint)
        {
            if (endpoint.Status == EndpointStatus.Deleted)
                _byId.TryRemove(endpoint.Id, out _);
            else
                _byId[endpoint.Id] = endpoint;
            _bySlug = new ConcurrentDictionary<string, Endpoint[]>(StringComparer.Ordinal);
        }
    }
}
