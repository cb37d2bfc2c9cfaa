using Sineta.Delivery.Institutions;

namespace Sineta.Server.Pages.Manage;

/// <summary>What a viewer is to the pages of an institution.</summary>
internal static class Managing
{
    extension(Viewer viewer)
    {
        /// <summary>What is managed.</summary>
        public Institution Managed =>
            viewer.Institution ?? throw new InvalidOperationException("The route does not ask for an institution.");

        /// <summary>The day that it is there.</summary>
        public DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(viewer.Managed.Clock.ToLocal(time.GetUtcNow()));
    }
}
