// RetrieveAvailableLanguages: which languages labels are in.
#include "odata/metadata/values.hpp"
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::retrieve_available_languages {
namespace {

constexpr metadata::Field gives[] = {{"LocaleIds", "Collection(Edm.Int32)"}};

void write(JsonWriter& json, const messages::MetadataReply&) {
    json.key("LocaleIds");
    json.begin_array();
    json.number(metadata::language);
    json.end_array();
}

constexpr Operation operation{
    .name = "RetrieveAvailableLanguages",
    .kind = OperationKind::function,
    .gives = gives,
    .read = reads_nothing<messages::RetrieveMetadata>,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_available_languages
