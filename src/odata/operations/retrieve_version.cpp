// RetrieveVersion: which version of Dataverse's interface is spoken here; not the vault's own.
#include "odata/operations/interface_version.hpp"
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::retrieve_version {
namespace {

constexpr metadata::Field gives[] = {{"Version", "Edm.String"}};

void write(JsonWriter& json, const messages::MetadataReply&) {
    json.key("Version");
    json.text(interface_version);
}

constexpr Operation operation{
    .name = "RetrieveVersion",
    .kind = OperationKind::function,
    .gives = gives,
    .read = reads_nothing<messages::RetrieveMetadata>,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_version
